"""What a board looks at, as data: indication, fitness, illnesses, and what is done before therapy. Pure: no Django.

From docs/clinical-reference.md 5.1 and 5.2, whose section and tag each item carries ("" = stated without a tag). Every
item is worded so that *yes* means "no reservation". The answers are recorded; nothing is decided from them: a no or a
value beyond the usual cut-off is a flag to be weighed, and what is not known never excludes (5.0). Age is no item.
"""

from dataclasses import dataclass
from decimal import Decimal

INDICATION, FITNESS, ILLNESS, BEFORE = "indication", "fitness", "illness", "before"
GROUPS: tuple[str, ...] = (INDICATION, FITNESS, ILLNESS, BEFORE)

BELOW, FROM = "below", "from"


@dataclass(frozen=True)
class Measure:
    """A value with its unit: plausible band, and from where on it is weighed (amber) or settled first (red)."""

    unit: str
    places: int
    least: Decimal
    most: Decimal
    side: str = ""
    amber: Decimal | None = None
    red: Decimal | None = None


@dataclass(frozen=True)
class Item:
    """One thing to look at. `resolve_first`: absolute while it lasts (5.2): settled first, never a refusal by itself.

    `diseases`: the diseases that it belongs to, none = all. `sex`: the sex that it belongs to, "" = both.
    """

    code: str
    group: str
    source: str
    tag: str = ""
    measure: Measure | None = None
    diseases: tuple[str, ...] = ()
    sex: str = ""
    resolve_first: bool = False


def _measure(unit: str, places: int, least, most, side: str = "", amber=None, red=None) -> Measure:
    decimals = [None if value is None else Decimal(str(value)) for value in (least, most, amber, red)]
    return Measure(unit, places, decimals[0], decimals[1], side, decimals[2], decimals[3])


ITEMS: tuple[Item, ...] = (
    Item("diagnosis", INDICATION, "5.1"),
    Item("relapsed_or_refractory", INDICATION, "5.1"),
    Item("lines", INDICATION, "5.1", measure=_measure("", 0, 0, 20)),
    Item("relapse_within_12_months", INDICATION, "5.1", diseases=("lbcl",)),
    Item("not_primary_cns", INDICATION, "5.1", diseases=("lbcl",)),
    Item("btki_given", INDICATION, "5.1", diseases=("mcl",)),
    Item("all_course", INDICATION, "5.1", diseases=("all",)),
    Item("imid_given", INDICATION, "5.1", diseases=("mm",)),
    Item("pi_given", INDICATION, "5.1", diseases=("mm",)),
    Item("anti_cd38_given", INDICATION, "5.1", diseases=("mm",)),
    Item("progression_on_last_line", INDICATION, "5.1", diseases=("mm",)),
    Item("lenalidomide_refractory", INDICATION, "5.1", diseases=("mm",)),
    Item("target_expressed", INDICATION, "5.1"),
    Item("ecog", FITNESS, "5.2", "V", _measure("", 0, 0, 4, FROM, 2, 3)),
    Item("life_expectancy", FITNESS, "5.2", "V", _measure("weeks", 0, 0, 520, BELOW, 8, 6)),
    Item("lvef", FITNESS, "5.2", "K", _measure("%", 0, 5, 90, BELOW, 50, 40)),
    Item("spo2", FITNESS, "5.2", "V", _measure("%", 0, 50, 100, BELOW, 92)),
    Item("creatinine_clearance", FITNESS, "5.2", "V", _measure("mL/min", 0, 1, 250, BELOW, 60, 30)),
    Item("transaminases", FITNESS, "5.2", "V", _measure("× ULN", 1, 0, 100, FROM, 4)),
    Item("bilirubin", FITNESS, "5.2", "V", _measure("mg/dL", 1, 0, 50, FROM, 2)),
    Item("lymphocytes", FITNESS, "5.2", "K", _measure("10⁹/L", 2, 0, 500, BELOW, "0.2")),
    Item("neutrophils", FITNESS, "5.2", "K", _measure("10⁹/L", 2, 0, 200, BELOW, "1.0")),
    Item("platelets", FITNESS, "5.2", "K", _measure("10⁹/L", 0, 0, 2000, BELOW, 30)),
    Item("haemoglobin", FITNESS, "5.2", "K", _measure("g/dL", 1, 2, 25, BELOW, 8)),
    Item("infection_controlled", ILLNESS, "5.2", resolve_first=True),
    Item("no_viraemia", ILLNESS, "5.2", "V"),
    Item("no_gvhd", ILLNESS, "5.2", "V", resolve_first=True),
    Item("no_recent_dli", ILLNESS, "5.2", "V"),
    Item("no_active_cns", ILLNESS, "5.1"),
    Item("no_autoimmune", ILLNESS, "5.2"),
    Item("no_seizure_or_stroke", ILLNESS, "5.2"),
    Item("no_dementia", ILLNESS, "5.2"),
    Item("no_other_cancer", ILLNESS, "5.2"),
    Item("caregiver", BEFORE, "5.2"),
    Item("within_two_hours", BEFORE, "4", "V"),
    Item("pregnancy_test_negative", BEFORE, "5.2", sex="F", resolve_first=True),
    Item("fertility_offered", BEFORE, "convention", "C"),
)
BY_CODE: dict[str, Item] = {item.code: item for item in ITEMS}


def items_for(*, disease: str | None, sex: str | None) -> tuple[Item, ...]:
    """The items of a patient. Where the disease or the sex is not known, what depends on it is asked all the same."""
    known = disease not in (None, "", "other")
    return tuple(
        item
        for item in ITEMS
        if (not item.diseases or not known or disease in item.diseases)
        and (not item.sex or sex in (item.sex, None, ""))
    )


# The organ systems under which fitness and illness are weighed.
SYSTEMS: dict[str, tuple[str, ...]] = {
    "general": ("ecog", "life_expectancy"),
    "heart": ("lvef",),
    "lungs": ("spo2",),
    "kidneys": ("creatinine_clearance",),
    "liver": ("transaminases", "bilirubin"),
    "marrow": ("lymphocytes", "neutrophils", "platelets", "haemoglobin"),
    "infections": ("infection_controlled", "no_viraemia"),
    "immune": ("no_gvhd", "no_recent_dli", "no_autoimmune"),
    "nervous": ("no_active_cns", "no_seizure_or_stroke", "no_dementia"),
    "other": ("no_other_cancer", "caregiver", "within_two_hours", "pregnancy_test_negative", "fertility_offered"),
}
# Items that a measured value answers, where nobody has: the kind of observation in the item's own unit.
MEASURED: dict[str, str] = {
    "bilirubin": "bilirubin",
    "lymphocytes": "alc",
    "neutrophils": "anc",
    "platelets": "platelets",
    "haemoglobin": "haemoglobin",
}
