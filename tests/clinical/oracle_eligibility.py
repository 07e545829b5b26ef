"""A second reading of reference 5.1 and of section 4's windows: plain JSON in, `expected` out, no code shared.

Unknown facts (null) are answered by brute force; the shape of the answer is that of the vectors.
"""

from datetime import date
from itertools import product

# Products by subtype, second line and third line on; a star means that the wording of the label needs judgement.
SECOND = {
    "DLBCL": ["axi-cel", "liso-cel"],
    "HGBL": ["axi-cel", "liso-cel"],
    "tFL": ["axi-cel", "liso-cel"],
    "THRLBCL": ["axi-cel", "liso-cel"],
    "PMBCL": ["liso-cel"],
    "FL3B": ["liso-cel"],
}
THIRD = {
    "DLBCL": ["axi-cel", "liso-cel", "tisa-cel"],
    "PMBCL": ["axi-cel", "liso-cel"],
    "FL3B": ["liso-cel"],
    "HGBL": "*axi-cel liso-cel",
    "tFL": "*axi-cel liso-cel tisa-cel",
    "THRLBCL": "*axi-cel liso-cel tisa-cel",
}
NOT = {"status": "NOT_IN_INDICATION", "products_eu": []}
INCOMPLETE = {"status": "INCOMPLETE"}


def year_later(day: str) -> str:
    """Twelve months on: the same month and day next year, 29 February becoming 28."""
    year, rest = int(day[:4]) + 1, day[4:]
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return f"{year}-02-28" if rest == "-02-29" and not leap else f"{year}{rest}"


def eligible(products) -> dict:
    return {"status": "ELIGIBLE_BY_INDICATION", "products_eu": list(products)}


def lbcl(c: dict) -> dict:
    said = c.get("relapsed_or_refractory")
    c = {"eot_pet": "none", **c}
    pet = c["eot_pet"]
    if said is None:
        said = True if pet in ("PMR", "NMR", "PMD") or c.get("relapse_date") else None
        if said is None and c.get("pd_on_last") and pet != "CMR":
            said = True
    if said is None:
        return INCOMPLETE
    if not said:
        return NOT
    answers = []
    unknown = {
        "lines": [1, 2, 3, 0],
        "subtype": [*SECOND, "PCNSL"],
        "eot_pet": ["PMR", "NMR", "PMD", "CMR"],
    }
    c = {"biopsy_proven": False, "age": 50, **c}
    if c.get("pd_on_last") and c["eot_pet"] in (None, "none"):
        c["eot_pet"] = "PMD"
    if c["eot_pet"] == "none":
        c["eot_pet"] = "CMR" if c.get("relapse_date") else None
    unknown |= {"biopsy_proven": [True, False], "age": [17, 18]}
    asked = [name for name, values in unknown.items() if c.get(name) is None]
    for values in product(*(unknown[name] for name in asked)):
        answers += lbcl_known(c | dict(zip(asked, values, strict=True)))
    first = answers[0]
    same = all((a["status"], a["products_eu"]) == (first["status"], first["products_eu"]) for a in answers)
    if not same:
        return INCOMPLETE
    if not all("clock_label" in a for a in answers):
        return {name: value for name, value in first.items() if not name.startswith("clock")}
    return first | {c: first[c] if len({a[c] for a in answers}) == 1 else None for c in ("clock_cr", "clock_label")}


def lbcl_known(c: dict) -> list[dict]:
    if c["age"] < 18 or c["subtype"] == "PCNSL" or c["lines"] == 0:
        return [NOT]
    if c["lines"] > 1:
        listed = THIRD[c["subtype"]]
        if isinstance(listed, str):
            return [{"status": "NEEDS_JUDGEMENT", "products_eu": listed[1:].split()}]
        return [eligible(listed)]
    if c["eot_pet"] != "CMR":
        judge = c["subtype"] == "PMBCL" and c["eot_pet"] != "PMD" and not c.get("pd_on_last")
        if judge and c.get("deauville") != 5 and not c["biopsy_proven"]:
            return [{"status": "NEEDS_JUDGEMENT", "products_eu": ["liso-cel"]}]
        return [eligible(SECOND[c["subtype"]])]
    relapse = c.get("relapse_date")
    a, b = (
        [relapse <= year_later(c[anchor])] if relapse and c.get(anchor) else [True, False]
        for anchor in ("first_cr_date", "last_1l_dose_date")
    )
    out = []
    for by_cr, by_label in product(a, b):
        clocks = {"clock_cr": by_cr, "clock_label": by_label}
        if by_label:
            out.append(eligible(SECOND[c["subtype"]]) | clocks)
        elif by_cr:
            out.append({"status": "NEEDS_JUDGEMENT", "products_eu": [], "off_label": True} | clocks)
        else:
            out.append(NOT | clocks)
    return out


def one_of(answers: list[dict]) -> dict:
    return answers[0] if all(answer == answers[0] for answer in answers) else INCOMPLETE


def said_and_completed(c: dict, unknown: dict, known) -> dict:
    said = c.get("relapsed_or_refractory")
    if said is None:
        return INCOMPLETE
    if not said:
        return NOT
    asked = [name for name in unknown if c.get(name) is None]
    return one_of(
        [known(c | dict(zip(asked, values, strict=True))) for values in product(*(unknown[name] for name in asked))]
    )


def mcl(c: dict) -> dict:
    def known(c):
        fits = c["age"] >= 18 and c["lines"] >= 2 and c["btki_exposed"]
        return eligible(["brexu-cel", "liso-cel"]) if fits else NOT

    c = {"age": 50, "btki_exposed": False, **c}
    return said_and_completed(c, {"age": [17, 18], "lines": [0, 1, 2, 5], "btki_exposed": [True, False]}, known)


def fl(c: dict) -> dict:
    def known(c):
        if c["age"] < 18 or c["lines"] < 2:
            return NOT
        return eligible(["axi-cel", "liso-cel", "tisa-cel"] if c["lines"] > 2 else ["liso-cel", "tisa-cel"])

    return said_and_completed({"age": 50, **c}, {"age": [17, 18], "lines": [0, 1, 2, 3, 4]}, known)


def ball(c: dict) -> dict:
    c = {"refractory": False, "post_sct_relapse": False, **c}
    said = c.get("relapsed_or_refractory")
    if said is None:
        said = True if c["refractory"] or c["post_sct_relapse"] or (c.get("relapse_number") or 0) > 0 else None
    if said is None:
        return INCOMPLETE
    age = None
    if c.get("dob") and c.get("date"):
        born, on = (date.fromisoformat(c[name]) for name in ("dob", "date"))
        age = on.year - born.year - (0 if (on.month, on.day) >= (born.month, born.day) else 1)
    if not said:
        return {"age": age, **NOT}

    def known(years, refractory, post_sct, number):
        if years >= 26:
            return eligible(["brexu-cel", "obe-cel"])
        return eligible(["tisa-cel"]) if refractory or post_sct or number >= 2 else NOT

    yes_no = [True, False]
    answer = one_of(
        [
            known(*values)
            for values in product(
                [age] if age is not None else [10, 25, 26],
                [c["refractory"]] if c["refractory"] is not None else yes_no,
                [c["post_sct_relapse"]] if c["post_sct_relapse"] is not None else yes_no,
                [c["relapse_number"]] if c.get("relapse_number") is not None else [0, 1, 2, 3],
            )
        ]
    )
    return answer if answer == INCOMPLETE else {"age": age, **answer}


IMID, PI, CD38 = (
    {"thalidomide", "lenalidomide", "pomalidomide"},
    {"bortezomib", "carfilzomib", "ixazomib"},
    {
        "daratumumab",
        "isatuximab",
    },
)


def mm(c: dict) -> dict:
    c = {"age": 50, "classes": [], "drugs": [], "lenalidomide_refractory": False, **c}
    if c.get("relapsed_or_refractory") is False:
        return NOT
    if c.get("pd_on_last") is None:
        return INCOMPLETE
    classes, drugs = set(c["classes"] or []), set(c["drugs"] or [])
    open_list = c["classes"] is None or c["drugs"] is None

    def had(name, names):
        return [True] if name in classes or names & drugs else [True, False] if open_list else [False]

    answers = []
    for lines, age, imid, pi, cd38, celmod, refractory in product(
        [c["lines"]] if c.get("lines") is not None else [0, 1, 2, 3],
        [c["age"]] if c["age"] is not None else [17, 18],
        had("IMiD", IMID),
        had("PI", PI),
        had("anti-CD38", CD38),
        had("CELMoD", {"iberdomide", "mezigdomide"}),
        [c["lenalidomide_refractory"]] if c["lenalidomide_refractory"] is not None else [True, False],
    ):
        products = []
        if age >= 18 and c["pd_on_last"] and pi and (imid or celmod):
            if lines >= 1 and refractory:
                products.append("cilta-cel")
            if lines >= 2 and cd38:
                products.append("ide-cel")
        if not products:
            answers.append(NOT)
        elif imid:
            answers.append(eligible(products))
        else:
            answers.append({"status": "NEEDS_JUDGEMENT", "products_eu": products})
    return one_of(answers)


# Section 4: anchor, then the days that are too early | ok | the physician's | too late, as the last day of each.
WINDOWS = {
    "axi-cel/LBCL": ("ld_end", 2, 3, 14),
    "brexu-cel/MCL": ("ld_end", 2, 14, 14),
    "brexu-cel/ALL": ("ld_end", 1, 14, 14),
    "tisa-cel/DLBCL": ("ld_end", 1, 14, 14),
    "tisa-cel/ALL": ("ld_end", 1, 14, 14),
    "tisa-cel/FL": ("ld_end", 1, 6, 6),
    "liso-cel/any": ("ld_end", 1, 7, 7),
    "ide-cel/MM": ("ld_end", 1, 9, 9),
    "cilta-cel/MM": ("ld_start", 4, 7, 7),
    "obe-cel/ALL": ("ld_end", 1, 4, 4),
}


def ld_window(c: dict) -> dict:
    anchor, *ends = WINDOWS[c["product"]]
    days = date.fromisoformat(c["infusion"]).toordinal() - date.fromisoformat(c[anchor]).toordinal()
    names = ["too_early", "ok", "late_physician_decides", "too_late"]
    return {"anchor": anchor, "days": days, "result": names[sum(days > end for end in ends)]}
