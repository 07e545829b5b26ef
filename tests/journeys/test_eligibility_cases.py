"""The cases of the indication as people meet them: asked early, typed into the dossier, read by the hub.

Every outcome is that of reference 5.1 (products by the EU labels and by AIFA, section 4), written down from there. A
referring doctor types diagnosis and lines, in Italian or in English; the hub's haematologist reads the verdict with
its reasons in both.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from codicefiscale import codicefiscale
from pytest_django.live_server_helper import LiveServer

from patients.audit import clock
from patients.audit.actions import act
from patients.clinical import days
from patients.identity import changes
from patients.management.demonstration import network
from patients.pathway.models import Pathway
from patients.referral import actions, rules
from patients.referral.actions import Answers
from patients.surveillance.persons import Person as Asked
from tests import conftest
from tests.journeys.pages import Person

ELIGIBLE = ("In indicazione", "In the indication")
NOT_IN = ("Fuori indicazione", "Not in the indication")
JUDGED = ("Da giudicare al board", "For the board to judge")
ONE_CLOCK = (
    "Da giudicare al board: un orologio dentro, uno fuori",
    "For the board to judge: one clock inside, one outside",
)
CANNOT_TELL = ("Non ancora valutabile", "Cannot be told yet")

REIMBURSED = ("Italia: rimborsato", "Italy: reimbursed")
IF_JUDGED = ("Italia: rimborsato se il board giudica così", "Italy: reimbursed if the board so judges")
MAY_BE_REIMBURSED = ("Italia: può essere rimborsato", "Italy: may be reimbursed")
NOT_REIMBURSED = ("Italia: non rimborsato", "Italy: not reimbursed")
NOT_KNOWN = ("Italia: non noto", "Italy: not known")
NOT_THIS_CASE = ("Italia: non per questo caso", "Italy: not for this case")

# Reasons, in Italian and in English.
PROGRESSED = (
    "Refrattaria alla prima linea: progressione durante la terapia.",
    "Refractory to first line: progression on it.",
)
LABEL_INSIDE = (
    "Orologio B, della scheda: recidiva entro 12 mesi dalla fine della prima linea.",
    "Clock B, of the label: relapse within 12 months of the end of first line.",
)
LABEL_OUTSIDE = (
    "Orologio B, della scheda: recidiva oltre 12 mesi dalla fine della prima linea.",
    "Clock B, of the label: relapse later than 12 months of the end of first line.",
)
PAPERS_INSIDE = (
    "Orologio A, della letteratura: recidiva entro 12 mesi dalla prima risposta completa.",
    "Clock A, of the papers: relapse within 12 months of the first complete response.",
)
PAPERS_OUTSIDE = (
    "Orologio A, della letteratura: recidiva oltre 12 mesi dalla prima risposta completa.",
    "Clock A, of the papers: relapse later than 12 months of the first complete response.",
)
LATE = (
    "Recidiva tardiva: terapia di salvataggio e trapianto se le condizioni lo permettono; CAR-T dalla terza linea.",
    "A late relapse: salvage and transplant if fit; CAR-T from the third line.",
)
OFF_LABEL = (
    "Orologio della letteratura dentro, quello della scheda fuori: sarebbe fuori indicazione, e nessun prodotto è "
    "indicato.",
    "The papers' clock is met, the label's is not: it would be off label, and no product is named.",
)
LATE_BY_CR = (
    "Orologio della scheda dentro, quello della letteratura fuori: recidiva oltre 12 mesi dalla prima CR.",
    "The label's clock is met, the papers' is not: relapse later than 12 months after the first CR.",
)
REPEAT_PET = (
    "Linfoma primitivo del mediastino con captazione residua: prima ripetere la PET dopo 6-8 settimane, o biopsia.",
    "Primary mediastinal lymphoma with residual uptake: repeat the PET after 6 to 8 weeks, or a biopsy, before.",
)
NOT_PROVEN = (
    "Non è noto se una biopsia abbia provato la malattia residua: una prova cambierebbe questa risposta.",
    "Whether a biopsy proved residual disease is not known: a proof would change this answer.",
)
PARTIAL = (
    "Refrattaria alla prima linea: risposta alla fine parziale.",
    "Refractory to first line: response at its end partial.",
)
BIOPSY = (
    "Risposta parziale: si consiglia la biopsia della malattia residua.",
    "A partial response: a biopsy of the residual disease is advised.",
)
BTKI_EARLY = (
    "Le indicazioni richiedono due linee, una con inibitore di BTK. Segnalare ai primi segni che non funziona.",
    "Labels ask for two lines with a BTK inhibitor in one of them. Refer at the first signs that it fails.",
)
FIRST_RELAPSE = (
    "Fino a 25 anni le indicazioni richiedono malattia refrattaria, recidiva dopo trapianto o seconda recidiva.",
    "Up to 25 years labels ask for refractory disease, relapse after transplant, or a second relapse.",
)
WITH_ISATUXIMAB = (
    "Ricevuti finora: Anti-CD38, IMiD, Inibitore del proteasoma.",
    "Given so far: Anti-CD38, IMiD, Proteasome inhibitor.",
)
WITH_ELOTUZUMAB = ("Ricevuti finora: IMiD, Inibitore del proteasoma.", "Given so far: IMiD, Proteasome inhibitor.")
ELOTUZUMAB_REFRACTORY = (
    "Ricevuti finora: IMiD, refrattaria alla lenalidomide, Inibitore del proteasoma.",
    "Given so far: IMiD, refractory to lenalidomide, Proteasome inhibitor.",
)
MYELOMA_LABELS = (
    "Le indicazioni richiedono IMiD, inibitore del proteasoma e anti-CD38 dopo due linee, oppure refrattarietà alla "
    "lenalidomide.",
    "Labels ask for IMiD, proteasome inhibitor and anti-CD38 after two lines, or for refractoriness to lenalidomide.",
)
PRIMARY_CNS = (
    "Il linfoma primitivo del SNC non rientra in alcuna indicazione EU.",
    "Primary CNS lymphoma is in no label of the EU.",
)
ACTIVE_CNS = (
    "Malattia attiva nel SNC: giudica il board, con profilassi anticonvulsivante.",
    "Active disease in the CNS: the board judges, with anticonvulsant prophylaxis.",
)
# What is said of facts that nobody knows and that change nothing.
WITHOUT_INFLUENCE = ("Non noto, e qui", "Not known, and", "Ciò che non è noto qui", "What is not known changes")


def relapse(number: int) -> tuple[str, str]:
    return (
        f"Conteggiata come recidiva numero {number}, non come refrattaria: segue una risposta completa.",
        f"Counted as relapse number {number}, not as refractory: after a complete response it is one.",
    )


def covers(product: str) -> tuple[str, str]:
    return (
        f"La scheda di {product} copre questa malattia e queste linee.",
        f"The label of {product} covers this disease and these lines.",
    )


SECOND_LINE = {"axi-cel": REIMBURSED, "liso-cel": REIMBURSED}
BOTH_COVER = (covers("axi-cel"), covers("liso-cel"))


@dataclass(frozen=True)
class Expected:
    """What reference 5.1 says. `products`: with what Italy says of each.

    `clocks`: A and B as on the time line: from, until, relapse, and what each says in Italian and in English.
    `in_question`: products that a missing fact leaves open; `leads`: what each answer to it would lead to.
    """

    status: tuple[str, str]
    products: dict[str, tuple[str, str]]
    why: tuple[tuple[str, str], ...]
    warnings: tuple[tuple[str, str], ...] = ()
    decides: tuple[str, str] | None = None
    clocks: tuple[tuple[str, ...], ...] = ()
    in_question: tuple[str, ...] = ()
    leads: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Told:
    """What the referrer types: the disease section, and for each row of the lines ("new1", or the place of one that
    stands) its fields. `None` leaves the section as it is."""

    expected: Expected
    disease: dict | None = None
    lines: dict | None = None


@dataclass(frozen=True)
class Case:
    """A patient asked early, and what becomes known of the disease, one visit to the dossier after the other."""

    family_name: str
    disease: str
    told: tuple[Told, ...]
    status: str = "refractory"
    lines: int = 1
    ecog: str = "1"
    years: int = 62
    language: str = "it"
    at_the_board: bool = False


def r_chop(**said) -> dict:
    """A first line from the pick-list; drugs and classes follow by themselves."""
    return {"regimen": "R-CHOP", "started": "02/09/2024", **said}


def relapse_of(on: str, *, cr: str = "05/02/2025") -> dict:
    """A line that ended on 10/01/2025 with a complete response first seen on a day, and a relapse."""
    return r_chop(ended="10/01/2025", best_response="cr", responded=cr, progressed=on, transplant="no")


DLBCL = {"code": "dlbcl_nos", "cns": "never"}
OUTSIDE_BY_A_MONTH = (
    ("05/02/2025", "05/02/2026", "13/02/2026", "fuori di 8 giorni", "outside by 8 days"),
    ("10/01/2025", "10/01/2026", "13/02/2026", "fuori di 34 giorni", "outside by 34 days"),
)

CASES = [
    Case(
        "Refrattario",
        "lbcl",
        (
            Told(
                Expected(ELIGIBLE, SECOND_LINE, (PROGRESSED, *BOTH_COVER)),
                disease=DLBCL,
                lines={"new1": r_chop(ended="10/01/2025", best_response="pd", refractory="yes")},
            ),
        ),
    ),
    Case(
        "Recidiva",
        "lbcl",
        (
            Told(  # 11 months from the last dose, 10 from the first CR
                Expected(
                    ELIGIBLE,
                    SECOND_LINE,
                    (LABEL_INSIDE, PAPERS_INSIDE, *BOTH_COVER),
                    clocks=(
                        ("05/02/2025", "05/02/2026", "10/12/2025", "dentro di 57 giorni", "inside by 57 days"),
                        ("10/01/2025", "10/01/2026", "10/12/2025", "dentro di 31 giorni", "inside by 31 days"),
                    ),
                ),
                disease=DLBCL,
                lines={"new1": relapse_of("10/12/2025")},
            ),
            Told(  # 13 months from the last dose, 12 and some days from the first CR
                Expected(NOT_IN, {}, (LABEL_OUTSIDE, PAPERS_OUTSIDE, LATE), clocks=OUTSIDE_BY_A_MONTH),
                lines={"0": {"progressed": "13/02/2026"}},
            ),
            Told(  # only the clock of the papers
                Expected(
                    ONE_CLOCK,
                    {},
                    (LABEL_OUTSIDE, PAPERS_INSIDE, OFF_LABEL),
                    clocks=(
                        ("05/02/2025", "05/02/2026", "20/01/2026", "dentro di 16 giorni", "inside by 16 days"),
                        ("10/01/2025", "10/01/2026", "20/01/2026", "fuori di 10 giorni", "outside by 10 days"),
                    ),
                ),
                lines={"0": {"progressed": "20/01/2026"}},
            ),
            Told(  # only the clock of the label: complete response already at the interim PET
                Expected(
                    ELIGIBLE,
                    SECOND_LINE,
                    (LABEL_INSIDE, PAPERS_OUTSIDE, *BOTH_COVER),
                    warnings=(LATE_BY_CR,),
                    clocks=(
                        ("20/11/2024", "20/11/2025", "10/12/2025", "fuori di 20 giorni", "outside by 20 days"),
                        ("10/01/2025", "10/01/2026", "10/12/2025", "dentro di 31 giorni", "inside by 31 days"),
                    ),
                ),
                lines={"0": {"progressed": "10/12/2025", "responded": "20/11/2024"}},
            ),
            Told(  # a month in which the clock of the label runs out
                Expected(
                    CANNOT_TELL,
                    {},
                    (PAPERS_INSIDE,),
                    decides=("il giorno della recidiva nel 01/2026", "the day of the relapse in 01/2026"),
                    in_question=("axi-cel", "liso-cel"),
                    leads=(
                        ("Oltre 12 mesi Da giudicare al board", "Later than 12 months For the board to judge"),
                        (
                            "Entro 12 mesi In indicazione axi-cel, liso-cel",
                            "Within 12 months In the indication axi-cel, liso-cel",
                        ),
                    ),
                    clocks=(
                        ("05/02/2025", "05/02/2026", "01/2026", "dentro", "inside"),
                        ("10/01/2025", "10/01/2026", "01/2026", "non si può dire", "cannot tell"),
                    ),
                ),
                lines={"0": {"progressed": "01/2026", "responded": "05/02/2025"}},
            ),
        ),
        status="relapse_within_12_months",
        language="en",
    ),
    Case(
        "Mediastino",
        "lbcl",
        (
            Told(
                Expected(JUDGED, {"liso-cel": IF_JUDGED}, (REPEAT_PET,), warnings=(NOT_PROVEN,)),
                disease={"code": "pmbcl", "cns": "never"},
                lines={
                    "new1": {"regimen": "DA-EPOCH-R", "ended": "10/01/2025", "best_response": "pr", "deauville": "4"}
                },
            ),
            Told(
                Expected(ELIGIBLE, {"liso-cel": REIMBURSED}, (PARTIAL, covers("liso-cel")), warnings=(BIOPSY,)),
                lines={"0": {"deauville": "5"}},
            ),
        ),
        years=34,
        status="unknown",
    ),
    Case(
        "Mantello",
        "mcl",
        (
            Told(
                Expected(NOT_IN, {}, (BTKI_EARLY,)),
                disease={"code": "mcl", "cns": "never"},
                lines={
                    "new1": {
                        "regimen": "ibrutinib + R-CHOP/R-DHAP",
                        "ended": "11/2024",
                        "best_response": "cr",
                        "progressed": "01/2026",
                    }
                },
            ),
            Told(
                Expected(
                    ELIGIBLE,
                    {"brexu-cel": REIMBURSED, "liso-cel": NOT_KNOWN},
                    (covers("brexu-cel"), covers("liso-cel")),
                ),
                lines={"new1": {"regimen": "R-BAC", "started": "02/2026", "best_response": "sd"}},
            ),
        ),
        status="relapse_later",
        language="en",
    ),
    Case(
        "Follicolare",
        "fl",
        (
            Told(
                Expected(
                    ELIGIBLE,
                    {"liso-cel": NOT_KNOWN, "tisa-cel": NOT_KNOWN},
                    (covers("tisa-cel"), covers("liso-cel")),
                ),
                disease={"code": "fl2", "cns": "never"},
                lines={
                    "new1": {"regimen": "R-CHOP", "ended": "2019", "best_response": "cr"},
                    "new2": {"regimen": "R2", "ended": "2023", "best_response": "pr"},
                },
            ),
            Told(
                Expected(
                    ELIGIBLE,
                    {"axi-cel": REIMBURSED, "liso-cel": NOT_KNOWN, "tisa-cel": NOT_KNOWN},
                    (covers("axi-cel"), covers("tisa-cel"), covers("liso-cel")),
                ),
                lines={"new1": {"regimen": "BR", "ended": "2025", "best_response": "pr"}},
            ),
        ),
        status="relapse_later",
        lines=2,
    ),
    Case(
        "Leucemia",
        "all",
        (
            Told(  # 25 years, first relapse, no transplant, not refractory
                Expected(NOT_IN, {}, (FIRST_RELAPSE, relapse(1))),
                disease={"code": "b_all", "cns": "never"},
                lines={
                    "new1": {
                        "regimen": "Hyper-CVAD",
                        "drugs": "cyclophosphamide, vincristine, doxorubicin, dexamethasone",
                        "best_response": "cr",
                        "refractory": "no",
                        "transplant": "no",
                        "progressed": "03/2025",
                    }
                },
            ),
            Told(  # the second relapse
                Expected(ELIGIBLE, {"tisa-cel": REIMBURSED}, (covers("tisa-cel"), relapse(2))),
                lines={
                    "new1": {
                        "regimen": "Blinatumomab",
                        "drugs": "blinatumomab",
                        "best_response": "cr",
                        "refractory": "no",
                        "transplant": "no",
                        "progressed": "01/2026",
                    }
                },
            ),
        ),
        status="relapse_later",
        years=25,
        language="en",
    ),
    Case(
        "Linfoblasti",
        "all",
        (
            Told(  # 26 years today, first relapse
                Expected(
                    ELIGIBLE,
                    {"brexu-cel": NOT_KNOWN, "obe-cel": NOT_KNOWN},
                    (covers("brexu-cel"), covers("obe-cel"), relapse(1)),
                ),
                disease={"code": "b_all", "cns": "never"},
                lines={
                    "new1": {
                        "regimen": "Hyper-CVAD",
                        "drugs": "cyclophosphamide, vincristine, doxorubicin, dexamethasone",
                        "best_response": "cr",
                        "refractory": "no",
                        "transplant": "no",
                        "progressed": "03/2025",
                    }
                },
            ),
        ),
        status="relapse_later",
        years=26,
    ),
    Case(
        "Isatuximab",
        "mm",
        (
            Told(
                Expected(ELIGIBLE, {"ide-cel": NOT_THIS_CASE}, (WITH_ISATUXIMAB, covers("ide-cel"))),
                disease={"code": "mm", "iss": "II"},
                lines={
                    "new1": {"regimen": "VRd", "ended": "03/2022", "best_response": "vgpr", "refractory": "no"},
                    "new2": {"regimen": "Isa-Pd", "ended": "12/2025", "best_response": "pr", "refractory": "yes"},
                },
            ),
        ),
        lines=2,
        language="en",
    ),
    Case(
        "Elotuzumab",
        "mm",
        (
            Told(  # elotuzumab is no anti-CD38
                Expected(NOT_IN, {}, (WITH_ELOTUZUMAB, MYELOMA_LABELS)),
                disease={"code": "mm", "iss": "II"},
                lines={
                    "new1": {"regimen": "VRd", "ended": "03/2022", "best_response": "vgpr", "refractory": "no"},
                    "new2": {"regimen": "EPd", "ended": "12/2025", "best_response": "pr", "refractory": "yes"},
                },
            ),
            Told(  # refractory to lenalidomide: cilta-cel asks for no anti-CD38
                Expected(ELIGIBLE, {"cilta-cel": NOT_REIMBURSED}, (ELOTUZUMAB_REFRACTORY, covers("cilta-cel"))),
                lines={"0": {"refractory": "yes"}},
            ),
        ),
        lines=2,
    ),
    Case(
        "Encefalo",
        "lbcl",
        (
            Told(
                Expected(NOT_IN, {}, (PRIMARY_CNS,)),
                disease={"code": "pcnsl", "cns": "active"},
                lines={"new1": {"regimen": "R-MPV", "drugs": "rituximab, methotrexate", "best_response": "pd"}},
            ),
            Told(  # not primary: disease of the CNS beside a DLBCL
                Expected(JUDGED, dict.fromkeys(SECOND_LINE, IF_JUDGED), (ACTIVE_CNS,)),
                disease={"code": "dlbcl_nos", "subtype": "DLBCL", "cns": "active"},
            ),
        ),
        language="en",
    ),
]

AGED = Case(
    "Anziano",
    "lbcl",
    (
        Told(
            Expected(ELIGIBLE, SECOND_LINE, (PROGRESSED, *BOTH_COVER)),
            disease=DLBCL,
            lines={"new1": {"regimen": "R-mini-CHOP", "ended": "10/01/2025", "best_response": "pd"}},
        ),
    ),
    ecog="2",
    years=81,
    at_the_board=True,
)


# ── the people, and one server for all cases ─────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def desks(django_db_setup, django_db_blocker, browser) -> Iterator[tuple[Person, Person]]:
    """A referring doctor and the hub's haematologist, each at a browser, in a database of the module's own."""
    with django_db_blocker.unblock(), conftest.database_of_its_own("eligibility"):
        people = network.make()
        with act(by=network.BY, why="test"), changes.planned_later() as waiting:
            for case in (*CASES, AGED):
                asked_early(people, case)
        changes.plan(waiting, by=network.BY)
        server = LiveServer("127.0.0.1")
        server._live_server_modified_settings.enable()
        made = [Person(browser, server.url, f"haematologist@{where}.example") for where in ("spoke", "hub")]
        yield tuple(made)
        for one in made:
            one.context.close()
        server._live_server_modified_settings.disable()
        server.stop()
        assert [one.broken for one in made] == [[], []]


def asked_early(people: network.Network, case: Case) -> None:
    """The eight answers, sent to the hub on the patient's birthday; whom the board looks at is taken on."""
    hub = people.centres["hub"]
    born = days.add_years(clock.today(hub.timezone), -case.years)
    person = Asked(
        case.family_name,
        "Renzo",
        born,
        "M",
        codicefiscale.encode(case.family_name, "Renzo", "M", f"{born:%d/%m/%Y}", "Milano"),
    )
    known = None if case.status == "unknown" else case.status
    answers = Answers(case.disease, known, case.lines, case.ecog, 14, "347 555 0142", rules.QUESTIONS)
    doctor = people.at("spoke", "haematologist")
    pathway = actions.draft(by=doctor, centre=people.centres["spoke"], hub=hub, person=person, answers=answers)
    actions.send(pathway=pathway, by=doctor)
    if case.at_the_board:
        actions.take_on(pathway=pathway, by=people.at("hub", "coordinator"))


# ── typing and reading ───────────────────────────────────────────────────────────────────────────────────────────


def speaks(person: Person, language: str) -> Person:
    person.context.add_cookies([{"name": "django_language", "value": language, "url": person.address}])
    return person


def types(doctor: Person, pathway: Pathway, told: Told) -> None:
    """Fill the sections of the dossier as they are asked for."""
    if told.disease is not None:
        doctor.opens("referral:section", pathway.pk, "disease").fills(**told.disease)
        doctor.sends('button[name="do"][value="next"]' if told.lines else 'main form button.btn-primary[type="submit"]')
    elif told.lines:
        doctor.opens("referral:section", pathway.pk, "lines")
    if told.lines:
        rows = doctor.page.evaluate(
            "() => [...document.querySelectorAll('main [name$=_regimen]')].map((one) => one.name.split('_')[0])"
        )
        doctor.page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true })")
        for place, said in told.lines.items():
            row = place if place.startswith("new") else rows[int(place)]
            doctor.fills(**{f"{row}_{name}": answer for name, answer in said.items()})
        doctor.sends()


READ = """() => {
    const all = (css, within) => [...(within || document).querySelectorAll(css)];
    const words = (node) => node.textContent.replace(/\\s+/g, " ").trim();
    const bare = (node) => {
        const copy = node.cloneNode(true);
        all(".cp-xs", copy).forEach((one) => one.remove());
        return words(copy);
    };
    const box = document.querySelector("main .cp-indication"), card = box.parentElement;
    const decides = all("div > b", box).find((one) => /^(Decide un solo fatto|One fact decides):$/.test(words(one)));
    const product = (one) => [words(one.querySelector("b")), words(one.querySelector(".cp-chip"))];
    return {
        status: words(box.querySelector("b")),
        decides: decides ? words(decides.parentElement).slice(words(decides).length).trim() : null,
        warnings: all(".cp-warn-t", box).map(bare),
        products: Object.fromEntries(all(".cp-products:not(.cp-question + .cp-products) li", card).map(product)),
        inQuestion: Object.fromEntries(all(".cp-question + .cp-products li", card).map(product)),
        leads: all(".cp-choices dd", card).map(words),
        why: all(".cp-why li", card).map(bare),
        sources: all(".cp-why li .cp-xs, .cp-warn-t .cp-xs", card).map(words),
        rule: words(card.querySelector(".cp-why p")),
        clocks: all("#clocks-table tbody tr").map((row) => all("td", row).slice(1).map(words)),
        drawn: all(".cp-clocks .clock-say.bo").map(words),
    };
}"""


def read(person: Person, pathway: Pathway, page: str = "eligibility:indication") -> dict:
    return person.opens(page, pathway.pk).page.evaluate(READ)


def said(found: dict, language: str) -> dict:
    """What the page says, as `wanted` has it: without facts of no influence, and what it leaves out of its rule."""
    reference = ("riferimento", "reference")[("it", "en").index(language)]
    rules_of = (f"{reference} 5.1", f"{clock.today('Europe/Rome'):%d/%m/%Y}", "EU", "AIFA")
    return found | {
        "leads": [one.lower() for one in found["leads"]],
        "why": [one for one in found["why"] if not one.startswith(WITHOUT_INFLUENCE)],
        "sources": [one for one in found["sources"] if not one.startswith(f"{reference} ")],
        "rule": [one for one in rules_of if one not in found["rule"]],
    }


def wanted(expected: Expected, language: str) -> dict:
    """What the page is to say by the reference, in the reader's language."""
    at = ("it", "en").index(language)
    return {
        "status": expected.status[at],
        "decides": expected.decides[at] if expected.decides else None,
        "warnings": [one[at] for one in expected.warnings],
        "products": {code: italy[at] for code, italy in expected.products.items()},
        "inQuestion": dict.fromkeys(expected.in_question, MAY_BE_REIMBURSED[at]),
        "leads": [lead[at].lower() for lead in expected.leads],
        "why": [why[at] for why in expected.why],
        "sources": [],
        "rule": [],
        "clocks": [[*one[:3], one[3 + at]] for one in expected.clocks],
        "drawn": [one[3 + at].split(" di ")[0].split(" by ")[0] for one in expected.clocks],
    }


def course_of(case: Case, blocker) -> Pathway:
    with blocker.unblock():
        return Pathway.objects.get(patient__family_name=case.family_name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.family_name)
def test_both_centres_read_what_the_reference_says_of_the_case(case, desks, django_db_blocker):
    """Who typed reads it in the dossier at once, the hub in the other language; the time line is read in both."""
    doctor, haematologist = desks
    pathway = course_of(case, django_db_blocker)
    speaks(doctor, case.language)
    for told in case.told:
        types(doctor, pathway, told)
        at_once = said(doctor.page.evaluate(READ), case.language)
        assert at_once == wanted(replace(told.expected, clocks=()), case.language)
        for language in ("it", "en"):
            if told.expected.clocks or language != case.language:
                by_the_hub = said(read(speaks(haematologist, language), pathway), language)
                assert by_the_hub == wanted(told.expected, language)


UNWEIGHED = ("Non noto", "Not known", "Nessuna riserva", "No reservation")
FLAGS = """() => [...document.querySelectorAll(".cp-flags:not(.cp-risk) > div")].map((one) =>
    [one.querySelector("dt").firstChild.textContent.trim(), one.querySelector("dd .cp-chip").textContent.trim()])"""


def weighed(person: Person) -> list[tuple[str, str]]:
    """What of the fitness has a flag on the page that a person has open."""
    return [tuple(one) for one in person.page.evaluate(FLAGS) if one[1] not in UNWEIGHED]


def test_age_81_and_ecog_2_are_weighed_and_change_no_verdict(desks, django_db_blocker):
    """ECOG 2 is a flag, age is none; the board reads the same verdict as the page of the indication."""
    doctor, haematologist = desks
    pathway, expected = course_of(AGED, django_db_blocker), AGED.told[0].expected
    types(speaks(doctor, AGED.language), pathway, AGED.told[0])
    flags = {"it": [("ECOG 0 o 1", "Da pesare")], "en": [("ECOG 0 or 1", "To be weighed")]}
    for language, years in (("it", "81 anni"), ("en", "81 years")):
        speaks(haematologist, language)
        for page in ("eligibility:indication", "eligibility:decide"):
            assert said(read(haematologist, pathway, page), language) == wanted(expected, language)
            assert weighed(haematologist) == flags[language]
        assert years in haematologist.reads
