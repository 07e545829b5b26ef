"""What the evidence page shows: the trials side by side, their figures in words, and the picture's points."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from patients.products.evidence import Correction, Figure, Trial
from patients.rulebook import words
from patients.rulebook.words import digits


@dataclass(frozen=True)
class Line:
    """One line of figures: what, its values of each arm, of whom and when; the marks and corrections of its figures."""

    label: str
    text: str
    detail: str = ""
    tags: tuple[str, ...] = ()
    corrections: tuple[int, ...] = ()
    note: str = ""

    @property
    def verified(self) -> bool:
        return not {"K", ""} & set(self.tags)


@dataclass(frozen=True)
class Shown:
    """A trial as a row of the table: every cell in words; an empty list of lines = not reported."""

    trial: Trial
    setting: str
    design: str
    line: str
    disease: str
    arms: list[str]
    response: list[Line]
    survival: list[Line]
    crs: list[Line]
    neuro: list[Line]
    more: list[tuple[str, list[Line]]] = field(default_factory=list)
    follow_up: str = ""
    corrections: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Sieve:
    """What the reader asked for; empty = all. Words that are no choice count as empty."""

    disease: str = ""
    line: str = ""
    product: str = ""
    trial: str = ""

    @classmethod
    def of(cls, query, products: Iterable[str]) -> "Sieve":
        def one(name: str, choices) -> str:
            return query.get(name, "") if query.get(name, "") in choices else ""

        return cls(
            one("disease", words.DISEASES),
            one("line", Trial.Line.values),
            one("product", set(products)),
            query.get("trial", "")[:40],
        )

    def trials(self) -> list[Trial]:
        """The trials that fit, with their figures."""
        asked = {"disease": self.disease, "line": self.line, "product": self.product, "pk": self.trial}
        found = Trial.objects.filter(**{name: value for name, value in asked.items() if value})
        return list(found.prefetch_related("figures"))

    @property
    def query(self) -> str:
        """The same choice as the end of an address."""
        asked = {"disease": self.disease, "line": self.line, "product": self.product, "trial": self.trial}
        return urlencode({name: value for name, value in asked.items() if value})


def local(row, name: str) -> str:
    """The text of a row in the reader's language."""
    return getattr(row, f"{name}_it" if get_language() == "it" else f"{name}_en")


def arm_words(arm: str) -> str:
    return " v ".join(str(words.ARMS.get(one, one)) for one in arm.split(" v "))


def value_words(figure: Figure) -> str:
    """The value with its unit: 57-58 %, > 60 months, not reached."""
    if not figure.reached:
        return str(words.NOT_REACHED)
    text = digits(figure.value)
    if figure.value_to:
        text += f"–{digits(figure.value_to)}"
    return f"{figure.bound} {text}".strip()


def interval_words(figure: Figure) -> str:
    if not figure.low:
        return ""
    level = _("%(level)s %% CI ") % {"level": digits(figure.level_percent)} if figure.level_percent else ""
    return f" ({level}{digits(figure.low)}–{digits(figure.high)})"


RATIOS = {Figure.Measure.HAZARD_RATIO: "HR", Figure.Measure.ODDS_RATIO: "OR"}


def _contrast(figure: Figure) -> str:
    said = f"{RATIOS[figure.measure]} {value_words(figure)}{interval_words(figure)}" if figure.value else ""
    return ", ".join(filter(None, [said, f"p {digits(figure.p)}" if figure.p else ""]))


def _when(figure: Figure) -> str:
    at = _("at %(months)s months") % {"months": figure.at_months} if figure.at_months else ""
    of = _("of %(n)s") % {"n": figure.n} if figure.n else ""
    return ", ".join(filter(None, [at, str(words.CUTS.get(figure.cut, "")), of, figure.assay]))


def _contrasts(figure: Figure) -> bool:
    return figure.measure in RATIOS or figure.measure == Figure.Measure.P_VALUE


def lines(figures: Iterable[Figure]) -> list[Line]:
    """Figures of the same endpoint, time and cut in one line: the arms beside each other, then their contrast."""
    together: dict[tuple, list[Figure]] = {}
    for figure in figures:
        key = (figure.endpoint, figure.cut, figure.at_months, figure.n, figure.measure)
        if _contrasts(figure):
            of_same = [one for one in together if one[:2] == key[:2] and one[4] != Figure.Measure.RATE]
            key = of_same[0] if of_same else (*key[:2], None, None, "")
        elif figure.arm in [one.arm for one in together.get(key, [])]:  # a second figure of the arm: its own line
            key = (*key, figure.pk)
        together.setdefault(key, []).append(figure)
    return [_line(group) for group in together.values()]


def _line(group: list[Figure]) -> Line:
    first, told = group[0], [one for one in group if not _contrasts(one)]
    two_arms = len(first.trial.arms) == 2
    parts = []
    if told:
        unit = f" {words.UNITS[told[0].measure]}" if any(one.reached for one in told) else ""
        if len(told) == 1:
            text = f"{value_words(told[0])}{unit}{interval_words(told[0])}"
        else:
            text = " v ".join(f"{value_words(one)}{interval_words(one)}" for one in told) + unit
        if len(told) == 1 and len(first.trial.arms) > 1:
            text = f"{arm_words(told[0].arm)}: {text}"
        parts.append(text + "".join(f", p {digits(one.p)}" for one in told if one.p))
    for one in group:
        if _contrasts(one):
            parts.append(_contrast(one) if two_arms else f"{arm_words(one.arm)}: {_contrast(one)}")
    return Line(
        label=str(words.ENDPOINTS[first.endpoint]),
        text="; ".join(parts),
        detail=_when(first),
        tags=tuple(dict.fromkeys(one.tag for one in group)),
        corrections=tuple(sorted({one.correction_id for one in group if one.correction_id})),
        note=" ".join(filter(None, (local(one, "note") for one in group))),
    )


IN_TABLE = (Figure.Group.RESPONSE, Figure.Group.MRD, Figure.Group.SURVIVAL, Figure.Group.CRS, Figure.Group.NEURO)


def shown(trial: Trial) -> Shown:
    """A trial as the page shows it."""
    by_group: dict[str, list[Figure]] = {}
    for figure in trial.figures.all():
        figure.trial = trial
        by_group.setdefault(figure.group, []).append(figure)
    design = " ".join(
        filter(
            None,
            [
                _("phase %(phase)s") % {"phase": trial.phase} if trial.phase else "",
                str(words.DESIGNS[trial.design]),
                trial.registration,
            ],
        )
    )
    return Shown(
        trial=trial,
        setting=local(trial, "setting"),
        design=design,
        line=str(words.LINES[trial.line]),
        disease=str(words.DISEASES[trial.disease]),
        arms=[_arm(arm) for arm in trial.arms],
        response=lines(by_group.get(Figure.Group.RESPONSE, []) + by_group.get(Figure.Group.MRD, [])),
        survival=lines(by_group.get(Figure.Group.SURVIVAL, [])),
        crs=lines(by_group.get(Figure.Group.CRS, [])),
        neuro=lines(by_group.get(Figure.Group.NEURO, [])),
        more=[
            (str(words.GROUPS[group]), lines(figures)) for group, figures in by_group.items() if group not in IN_TABLE
        ],
        follow_up=_("%(months)s months") % {"months": number_format(trial.follow_up_months, 1)}
        if trial.follow_up_months is not None
        else "",
        corrections=trial.corrections,
    )


def _arm(arm: dict) -> str:
    text = f"{arm_words(arm['name'])}: {arm['n'] if arm.get('n') else words.NOT_REPORTED}"
    if arm.get("enrolled"):
        text += " " + _("of %(n)s enrolled") % {"n": arm["enrolled"]}
    if arm.get("evaluated"):
        text += " " + _("(%(n)s judged)") % {"n": arm["evaluated"]}
    return text


def corrections() -> list[tuple[Correction, str]]:
    """What in the papers is wrong or superseded, each in the reader's language."""
    return [(one, local(one, "text")) for one in Correction.objects.all()]


# ── the picture ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Point:
    """One figure in the picture, 0 to 100 %; `to` differs for a span. `verified` false: drawn with a dashed edge."""

    at: Decimal
    to: Decimal
    words: str
    verified: bool


@dataclass(frozen=True)
class Arm:
    """A line of the picture: an arm with its n, response and severe toxicity; None = not reported.

    `judged`: of how many the response is reported, where not of the whole arm.
    """

    trial: str
    arm: str
    n: int | None
    judged: int | None
    heading: str
    scale: str
    points: dict[str, Point | None]


POINTS = ("orr", "cr", "crs_severe", "neuro_severe")


def arms(trials: Iterable[Trial]) -> list[Arm]:
    """Every arm of which a response or severe toxicity is reported, in the order of the trials."""
    found = []
    for trial in trials:
        figures = [one for one in trial.figures.all() if one.endpoint in POINTS and one.value]
        for arm in trial.arms:
            own = [one for one in figures if one.arm == arm["name"]]
            if own:
                found.append(_drawn(trial, arm, own))
    return found


def _drawn(trial: Trial, arm: dict, figures: list[Figure]) -> Arm:
    points: dict[str, Point | None] = dict.fromkeys(POINTS)
    for figure in figures:  # the first is the one that the reference names first
        if points[figure.endpoint] is None:
            points[figure.endpoint] = Point(
                figure.number, figure.number_to, f"{value_words(figure)} %", figure.tag not in ("K", "")
            )
    return Arm(
        trial=trial.code,
        arm=arm_words(arm["name"]),
        n=arm.get("n"),
        judged=next((one.n for one in figures if one.endpoint in ("orr", "cr") and one.n), None),
        heading=f"{words.DISEASES[trial.disease]} · {words.LINES[trial.line]}",
        scale=trial.crs_scale,
        points=points,
    )


# ── CSV ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

COLUMNS = (
    *("trial", "design", "phase", "registration", "disease", "line", "product", "n_trial", "arm", "n_arm"),
    *("group", "endpoint", "measure", "value", "value_to", "not_reached", "bound", "low", "high", "level_percent"),
    *("p", "at_months", "cut", "n_figure", "assay", "crs_scale", "neuro_scale", "follow_up_months", "mark", "note"),
    *("correction", "citations", "source"),
)


def table(trials: Iterable[Trial]) -> str:
    """One row per figure, numbers with a decimal point; empty = not reported."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    said = {one.number: local(one, "text") for one in Correction.objects.all()}
    for trial in trials:
        of_arm = {arm["name"]: arm.get("n") for arm in trial.arms}
        for figure in trial.figures.all():
            number = figure.correction_id
            writer.writerow(
                {
                    "trial": trial.code,
                    "design": trial.design,
                    "phase": trial.phase,
                    "registration": trial.registration,
                    "disease": trial.disease,
                    "line": trial.line,
                    "product": trial.product_id or "",
                    "n_trial": trial.total,
                    "n_arm": of_arm.get(figure.arm),
                    **{name: getattr(figure, name) for name in ("arm", "group", "endpoint", "measure")},
                    **{name: getattr(figure, name) for name in ("value", "value_to", "bound", "low", "high")},
                    **{name: getattr(figure, name) for name in ("level_percent", "p", "at_months", "cut", "assay")},
                    "not_reached": "" if figure.reached else "yes",
                    "n_figure": figure.n,
                    "crs_scale": trial.crs_scale,
                    "neuro_scale": trial.neuro_scale,
                    "follow_up_months": trial.follow_up_months,
                    "mark": figure.tag,
                    "note": local(figure, "note"),
                    "correction": f"8.1 ({number}) {said[number]}" if number else "",
                    "citations": "; ".join(trial.citations),
                    "source": trial.source,
                }
            )
    return out.getvalue()
