"""CAR-T products as data: what a label says, with its source."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from patients.audit.history import tracked

VERIFIED_TAGS = frozenset({"V", "S", "C"})  # K, or no mark: not verified


def is_verified(tag: str | None) -> bool:
    """Whether a mark of the reference says that a figure was read somewhere, or is a convention of this app."""
    return tag in VERIFIED_TAGS


@tracked()
class Product(models.Model):
    """A CAR-T product. `label`: what seeds/products.yaml says of it, by fact, each with `source` and `tag`.

    A fact that is not there is one that the reference does not say. One whose tag is K, or that has none, is not
    verified: shown with a warning, never blocking or allowing (until a hub signs it off: signatures.py).
    """

    class ThawStarts(models.TextChoices):
        """What starts the clock after which the product may no longer be given."""

        COMPLETE_THAW = "complete_thaw"
        ROOM_TEMPERATURE = "room_temperature"
        REMOVAL_FROM_STORAGE = "removal_from_storage"
        START_OF_THAW = "start_of_thaw"

    code = models.CharField(primary_key=True, max_length=20)  # axi-cel
    order = models.PositiveSmallIntegerField()
    brand = models.CharField(max_length=40)
    maker = models.CharField(max_length=80, blank=True)
    target = models.CharField(max_length=20)
    costimulation = models.CharField(max_length=20)
    diseases = ArrayField(models.CharField(max_length=10))  # of the EU label, by the codes of the room disease
    label = models.JSONField(default=dict)
    source = models.CharField(max_length=40)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.code

    def _said(self, fact: str, part: str):
        return self.label.get(fact, {}).get(part)

    @property
    def infusions(self) -> int:
        """How many infusions make the course."""
        return len(self.infusion_days or [1])

    def is_verified(self, fact: str) -> bool:
        """Whether a fact of the label was checked against a public source; no for one that is not known."""
        return is_verified(self._said(fact, "tag"))

    @property
    def thaw_starts(self) -> str | None:
        return self._said("thaw", "starts")

    @property
    def thaw_minutes(self) -> int | None:
        return self._said("thaw", "minutes")

    @property
    def thaw_to_end(self) -> bool | None:
        """Whether the infusion must end within the thaw clock too; None = the reference does not say."""
        return self._said("thaw", "to_end")

    @property
    def infusion_minutes(self) -> int | None:
        """In how many minutes from its start the infusion ends."""
        return self._said("thaw", "infusion_minutes")

    @property
    def monitoring_daily_days(self) -> int | None:
        """Days of daily checks after the infusion (EU)."""
        return self._said("monitoring", "daily_days")

    @property
    def monitoring_week_1_least(self) -> int | None:
        """Visits in the first week, where the label asks for these instead of daily checks."""
        return self._said("monitoring", "week_1_least")

    @property
    def vein_to_vein_weeks(self) -> tuple[int, int] | None:
        """The usual weeks from collection to infusion in the EU, least and most."""
        weeks = self._said("vein_to_vein", "weeks")
        return tuple(weeks) if weeks else None

    @property
    def vein_to_vein_verified(self) -> bool:
        return self.is_verified("vein_to_vein")

    @property
    def near_weeks(self) -> int | None:
        """For how many weeks the patient stays near the centre (EU)."""
        return self._said("near", "weeks")

    @property
    def near_hours(self) -> int | None:
        """How many hours' travel is near (EU)."""
        return self._said("near", "hours")

    @property
    def no_driving_weeks(self) -> int | None:
        """For how many weeks the patient neither drives nor works machines (EU)."""
        return self._said("driving", "weeks")

    @property
    def tocilizumab_doses(self) -> int | None:
        """Doses of tocilizumab on site for this patient before the infusion."""
        return self._said("tocilizumab", "doses")

    @property
    def infusion_days(self) -> list[int] | None:
        """The infusions' days counted from 1, where there is more than one."""
        return self._said("infusions", "days")

    @property
    def infusion_tolerance_days(self) -> int | None:
        return self._said("infusions", "tolerance")

    @property
    def infusion_latest_day(self) -> int | None:
        """The last day to which a physician may postpone the second infusion."""
        return self._said("infusions", "latest")

    @property
    def dose_splits(self) -> list[dict] | None:
        """[{"blasts", "doses_10e6": [first, second]}]"""
        return self._said("split", "doses")


@tracked()
class LabelTerm(models.Model):
    """What a label says in words, or says in another country or said before: data from seeds/label_terms.yaml.

    `products` empty: the same for all. `topic`: the fact of a product's label that it varies, or what it is about.
    `valid_from`, `valid_to`: a day, or a month or year where no more is known.
    """

    code = models.CharField(primary_key=True, max_length=60)
    order = models.PositiveSmallIntegerField()
    products = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    jurisdiction = models.CharField(max_length=2)
    topic = models.CharField(max_length=20)
    text_it = models.TextField()
    text_en = models.TextField()
    valid_from = models.CharField(max_length=10, blank=True)
    valid_to = models.CharField(max_length=10, blank=True)
    source = models.CharField(max_length=40)
    tag = models.CharField(max_length=1, blank=True)

    class Meta:
        ordering = ["order"]
