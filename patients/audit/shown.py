"""What pages show, as plain data: the shapes that the components of patients/templatetags/components.py draw.

They live in the lowest room so that every room may make them; they hold words and numbers, never rows.
All words are already in the reader's language.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

# The one scale of grades, by its words; 5 in outcomes only, None = not assessed.
GRADES = {
    0: pgettext_lazy("grade", "None"),
    1: pgettext_lazy("grade", "Mild"),
    2: pgettext_lazy("grade", "Moderate"),
    3: pgettext_lazy("grade", "Severe"),
    4: pgettext_lazy("grade", "Life-threatening"),
    5: pgettext_lazy("grade", "Death"),
    None: pgettext_lazy("grade", "Not assessed"),
}
Tone = Literal["", "ok", "warn", "danger", "info", "line", "plain", "unknown"]


@dataclass(frozen=True)
class Chip:
    """An icon and one to three words. `icon` is a name of static/icons.svg without its `i-`."""

    text: str
    icon: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Link:
    """One act on a page: its words say the act. `primary` makes it blue: one per page."""

    label: str
    url: str
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True)
class Ball:
    """Who must act next: who, where, what, by when.

    `due` reads on its own ("by 24/11"); `late` is empty, or says by how much ("2 days late") and replaces `due`.
    `mine` paints it blue and says "You" instead of `who`.
    """

    who: str
    what: str
    centre: str = ""
    due: str = ""
    late: str = ""
    mine: bool = False
    url: str = ""


@dataclass(frozen=True)
class StageBox:
    """One of the nine boxes of the stage bar. `also` runs beside the stage where the patient is."""

    number: int
    word: str
    state: Literal["done", "here", "also", "ahead"]
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Banner:
    """Who the page is about; the same facts in the same order on every page of a pathway.

    `day` None = not yet fixed. `allergies`: None = not asked, () = none known, else their names.
    `weight` comes with unit and date ("64.5 kg (12/11)"); "" = not known, and said so.
    """

    name: str
    code: str
    sex: str = ""
    birth_date: date | None = None
    age: int | None = None
    diagnosis: str = ""
    product: str = ""
    day: int | None = None
    day_planned: bool = False
    day_shown: bool = True
    weight: str = ""
    hub: str = ""
    referring: str = ""
    referrer: str = ""
    caregiver: str = ""
    allergies: tuple[str, ...] | None = None
    alerts: tuple[Chip, ...] = ()
    actions: tuple[Link, ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Tab:
    """One section of a pathway; `current` marks the page one is on."""

    label: str
    url: str
    icon: str = ""
    count: str = ""
    current: bool = False
    fresh: bool = False


@dataclass(frozen=True)
class Item:
    """A row of a list: name, next step, why here, who, what is missing; readable without a click."""

    title: str
    url: str
    text: str = ""
    aside: str = ""
    time: str = ""
    chip: Chip | None = None
    who: str = ""
    missing: str = ""
    grades: tuple[tuple[str, int | None], ...] = field(default=())


@dataclass(frozen=True)
class Block:
    """A reason why a stage may not start: what is missing, since when asked, and one act that helps.

    `rule`: the rule of patients/templatetags/computed.py that says so, where one of medicine does.
    """

    title: str
    text: str = ""
    kind: Literal["no", "waiting", "unknown"] = "no"
    act: Link | None = None
    rule: str = ""


OWN = "hub/"  # before the key of the reference, where a hub's own row stands in its place


def source_words(source: str, tag: str = "") -> str:
    """The key of the reference, and what stands behind it where it was not checked against a public source."""
    if source == "convention":
        return _("our convention")
    if source.startswith(OWN):
        return _("this hub’s own, in place of %(source)s") % {"source": source_words(source.removeprefix(OWN))}
    place = _("reference %(section)s") % {"section": source}
    marks = {
        "K": _("not yet checked"),
        "C": _("our convention"),
        "S": _("from the papers"),
    }
    return f"{place}, {marks[tag]}" if tag in marks else place
