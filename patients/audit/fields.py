"""What forms ask with: tiles for a choice, numbers with their unit, dates as people write them.

Bad input is refused in words that say what to do, and what was typed stays on the page. Nothing measured is ever
preselected. The widgets draw themselves from templates/_components/fields/; templates/bootstrap5/field.html
puts label, last value, hint and error around each.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.clinical.days import PartialDate, Precision

EARLIEST_DATE = date(1900, 1, 1)
Bound = date | Callable[[], date] | None


class Form(forms.Form):
    """A form whose errors stand beside the fields, never in the browser's own bubbles."""

    use_required_attribute = False

    def layout(self) -> Layout:
        """The fields in order, one below the other; a form may say otherwise."""
        return Layout(*self.fields)

    @property
    def helper(self) -> FormHelper:
        """Crispy's settings: the page writes the form tag and its token."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = self.layout()
        return helper


def side_by_side(*names: str) -> Div:
    """Fields two in a row, for a crispy Layout; on the phone too (short measured fields)."""
    return Div(*names, css_class="cp-fields")


def whole(name: str) -> Field:
    """A field over the whole width within side_by_side()."""
    return Field(name, wrapper_class="cp-wide-field")


def show_last(form: forms.BaseForm, last: dict[str, str]) -> None:
    """Write the last known value in grey beside a label; it is never filled in."""
    for name, words in last.items():
        form.fields[name].widget.last = words


def flag(form: forms.BaseForm, *names: str) -> None:
    """Draw a red edge and a sign on measured fields whose value needs a person's eye."""
    for name in names:
        form.fields[name].widget.flagged = True


LONGEST_TEXT = 2000


def short_text(
    label, *, rows: int = 3, required: bool = True, help_text="", longest: int = LONGEST_TEXT
) -> forms.CharField:
    """A few lines of text; blanks alone are nothing."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        widget=forms.Textarea({"rows": rows}),
        help_text=help_text,
    )


# ── choices as tiles ─────────────────────────────────────────────────────────────────────────────────────────────


class PhoneField(forms.CharField):
    """A telephone number as people write it, with words for who answers; an extension of three figures is enough."""

    default_error_messages = {"too_few_figures": gettext_lazy("Write a telephone number, with its figures.")}
    LEAST_FIGURES = 3

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 40, "required": False} | kwargs)
        self.widget.attrs["inputmode"] = "tel"

    def clean(self, value) -> str:
        written = super().clean(value)
        if written and sum(letter.isdigit() for letter in written) < self.LEAST_FIGURES:
            raise ValidationError(self.error_messages["too_few_figures"], "too_few_figures")
        return written


class Tiles:
    """What both kinds of tiles share: their shape, and rare ones folded away under a word that says so.

    shape: "seg" one joined row, "grid" free tiles, "list" one below another. `first`: how many are always seen (0 =
    all); the others stand under `rest`, unfolded where one of them is chosen.
    """

    template_name = "_components/fields/tiles.html"
    draws_itself = True

    def __init__(self, attrs=None, choices=(), shape: str = "grid", first: int = 0, rest=""):
        super().__init__(attrs, choices)
        self.shape, self.first, self.rest = shape, first, rest

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        options = [option for _group, options, _index in context["widget"]["optgroups"] for option in options]
        seen = self.first or len(options)
        folded = options[seen:]
        context["widget"] |= {"shape": self.shape, "seen": options[:seen], "folded": folded, "rest": self.rest}
        context["widget"]["unfolded"] = any(option["selected"] for option in folded)
        return context


class TileRadio(Tiles, forms.RadioSelect):
    """Real radio buttons drawn as tiles."""

    def __init__(self, attrs=None, choices=(), shape: str = "seg", **folding):
        super().__init__(attrs, choices, shape, **folding)


class TileCheckboxes(Tiles, forms.CheckboxSelectMultiple):
    """Several of several: real checkboxes drawn as tiles."""


class TileChoice(forms.ChoiceField):
    """One of a few. No tile is chosen beforehand; a model's blank choice is no tile."""

    widget = TileRadio

    def __init__(self, *, choices=(), shape: str = "seg", **kwargs):
        kwargs.setdefault("widget", TileRadio(shape=shape))
        kwargs.setdefault("error_messages", {}).setdefault("required", gettext_lazy("Choose one."))
        super().__init__(choices=[choice for choice in choices if choice[0] not in ("", None)], **kwargs)


class YesNoUnknown(TileChoice):
    """Yes, no, or not known: True, False, None. Required means that one of the three must be said."""

    CHOICES = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("unknown", gettext_lazy("Not known")))
    READ = {"yes": True, "no": False, "unknown": None, "": None}

    def __init__(self, **kwargs):
        super().__init__(choices=self.CHOICES, **kwargs)

    def prepare_value(self, value):
        return {True: "yes", False: "no"}.get(value, value)

    def clean(self, value) -> bool | None:
        return self.READ[super().clean(value)]


# ── numbers with their unit ──────────────────────────────────────────────────────────────────────────────────────


class UnitInput(forms.TextInput):
    """A number typed as text, its unit inside the box. `last` and `flagged` are set by show_last() and flag()."""

    template_name = "_components/fields/measured.html"
    draws_itself = True
    last = ""
    flagged = False

    def __init__(self, unit: str = "", attrs=None):
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))
        self.unit = unit

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = self.unit
        context["widget"]["flagged"] = self.flagged or "aria-invalid" in context["widget"]["attrs"]
        return context


class MeasuredField(forms.Field):
    """A decimal number with its unit. Comma or point; no thousands separators; never rounded.

    `places`: the decimals allowed. `least`, `most`: hard limits; when ten times less or more would fit, the error
    asks whether that was meant. What could be read two ways (1.234) is refused.
    """

    NUMBER = re.compile(r"^[+-]?\d+(?:[.,]\d+)?$", re.ASCII)

    def __init__(self, *, unit: str = "", places: int = 0, least=None, most=None, **kwargs):
        kwargs.setdefault("widget", UnitInput(unit, {"inputmode": "decimal" if places else "numeric"}))
        super().__init__(**kwargs)
        self.unit, self.places = unit, places
        self.least = None if least is None else Decimal(str(least))
        self.most = None if most is None else Decimal(str(most))

    def prepare_value(self, value):
        return number_format(value) if isinstance(value, Decimal | int | float) else value

    def to_python(self, value) -> Decimal | None:
        text = re.sub(r"[\s\u00a0\u202f]", "", str(value or "")).replace("−", "-")
        if not text:
            return None
        self._refuse_what_reads_two_ways(text)
        if not self.NUMBER.match(text):
            raise ValidationError(_("Write a number, such as %(example)s."), "number", {"example": self._example()})
        number = Decimal(text.replace(",", "."))
        if -number.as_tuple().exponent > self.places:
            raise ValidationError(self._too_fine(), "places", {"places": self.places})
        return number

    def validate(self, value) -> None:
        super().validate(value)
        if value is None:
            return
        if self.most is not None and value > self.most:
            raise ValidationError(*self._out_of_range(value, value / 10, _("too much")))
        if self.least is not None and value < self.least:
            raise ValidationError(*self._out_of_range(value, value * 10, _("too little")))

    def _refuse_what_reads_two_ways(self, text: str) -> None:
        separators = re.findall(r"[.,'’]", text)
        ambiguous = re.match(r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$", text, re.ASCII)
        only_figures = re.match(r"^[+-]?\d[\d.,'’]*\d$", text, re.ASCII)
        if not only_figures:
            return
        if len(separators) > 1 or "'" in separators or "’" in separators or ambiguous:
            plain = re.sub(r"[.,'’]", "", text)
            raise ValidationError(
                _("%(text)s can be read two ways: write it without thousands separators, such as %(plain)s."),
                "two_ways",
                {"text": text, "plain": plain},
            )

    def _example(self) -> str:
        """A number that the field would take: a usual one, else the middle of its limits."""
        usual = Decimal("38.4") if self.places else Decimal(38)
        least, most = self.least or 0, usual if self.most is None else self.most
        if not least <= usual <= most:
            usual = ((least + most) / 2).quantize(Decimal(1).scaleb(-self.places))
        return number_format(usual.normalize() if self.places and usual == usual.to_integral() else usual)

    def _too_fine(self) -> str:
        return _("At most %(places)s decimals.") if self.places else _("Write a whole number.")

    def _out_of_range(self, value: Decimal, likely: Decimal, verdict: str) -> tuple[str, str, dict]:
        words = {"value": number_format(value), "unit": self.unit, "verdict": verdict}
        fits = (self.least is None or likely >= self.least) and (self.most is None or likely <= self.most)
        if fits and -likely.normalize().as_tuple().exponent <= self.places:
            words["likely"] = number_format(likely.normalize().quantize(Decimal(1).scaleb(-self.places)).normalize())
            return _("%(value)s %(unit)s is %(verdict)s: perhaps %(likely)s?"), "range", words
        words |= {"least": "" if self.least is None else number_format(self.least)}
        words |= {"most": "" if self.most is None else number_format(self.most)}
        if self.least is not None and self.most is not None:
            return _("%(value)s %(unit)s is %(verdict)s: between %(least)s and %(most)s."), "range", words
        if self.most is not None:
            return _("%(value)s %(unit)s is %(verdict)s: at most %(most)s."), "range", words
        return _("%(value)s %(unit)s is %(verdict)s: at least %(least)s."), "range", words


class CountField(MeasuredField):
    """A whole number with its unit; cleans to int."""

    def clean(self, value) -> int | None:
        number = super().clean(value)
        return None if number is None else int(number)


# ── dates and times as people write them ─────────────────────────────────────────────────────────────────────────


def _value(bound: Bound) -> date | None:
    return bound() if callable(bound) else bound


class DateField(forms.Field):
    """A day: d/m/yyyy (also with points or dashes), yyyy-mm-dd; d/m/yy where only one century fits the bounds.

    `earliest`, `latest`: a date or a function that gives one (the centre's today).
    """

    DAY_FIRST = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})$", re.ASCII)
    ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$", re.ASCII)

    def __init__(self, *, earliest: Bound = EARLIEST_DATE, latest: Bound = None, **kwargs):
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}))
        kwargs.setdefault("help_text", gettext_lazy("dd/mm/yyyy"))
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def prepare_value(self, value):
        return value.strftime("%d/%m/%Y") if isinstance(value, date) else value

    def to_python(self, value) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        text = re.sub(r"\s", "", str(value))
        if match := self.ISO.match(text):
            year, month, day = map(int, match.groups())
        elif match := self.DAY_FIRST.match(text):
            day, month = int(match[1]), int(match[2])
            year = int(match[3]) if len(match[3]) == 4 else self._century(day, month, int(match[3]))
        else:
            raise ValidationError(_("Write the day as day/month/year, such as 24/11/2025."), "date")
        return real_date(year, month, day)

    def validate(self, value) -> None:
        super().validate(value)
        if value is not None:
            self.within(value, value)

    def within(self, first: date, last: date) -> None:
        """Refuse what lies outside the bounds under every reading between first and last."""
        earliest, latest = _value(self.earliest), _value(self.latest)
        if latest and first > latest:
            raise ValidationError(_("Not after %(latest)s."), "late", {"latest": f"{latest:%d/%m/%Y}"})
        if earliest and last < earliest:
            raise ValidationError(_("Not before %(earliest)s."), "early", {"earliest": f"{earliest:%d/%m/%Y}"})

    def _century(self, day: int, month: int, short_year: int) -> int:
        earliest, latest = _value(self.earliest) or date.min, _value(self.latest) or date.max
        fitting = []
        for year in (1900 + short_year, 2000 + short_year):
            if earliest <= real_date(year, month, day) <= latest:
                fitting.append(year)
        if len(fitting) != 1:
            raise ValidationError(_("Write the year with four figures."), "century")
        return fitting[0]


def real_date(year: int, month: int, day: int) -> date:
    """The date, or an error in words when no calendar has it."""
    if not 1 <= month <= 12:
        raise ValidationError(_("There is no month %(month)s: write day/month/year."), "date", {"month": month})
    try:
        return date(year, month, day)
    except ValueError as wrong:
        words = {"date": f"{day:02}/{month:02}/{year:04}"}
        raise ValidationError(_("There is no %(date)s."), "date", words) from wrong


class TimeField(forms.Field):
    """A time of day on the 24-hour clock: 8:12, 08.12, 0812."""

    TIME = re.compile(r"^(\d{1,2})[:.,h]?(\d{2})$", re.ASCII)

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}))
        kwargs.setdefault("help_text", gettext_lazy("hh:mm"))
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return value.strftime("%H:%M") if isinstance(value, time) else value

    def to_python(self, value) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        match = self.TIME.match(str(value).strip())
        if not match or int(match[1]) > 23 or int(match[2]) > 59:
            raise ValidationError(_("Write the time as hours:minutes, such as 08:12."), "time")
        return time(int(match[1]), int(match[2]))


class MomentTime(TimeField):
    """A time of day that may carry A or B in the hour that comes twice in the autumn night."""

    def to_python(self, value) -> time | None:
        if isinstance(value, time):
            return value
        text = str(value or "").strip().upper()
        said = text[-1:] if text[-1:] in ("A", "B") else ""
        read = super().to_python(text.removesuffix(said) if said else text)
        # tzinfo as a note: UTC here says that the reading was chosen, fold says which.
        return read.replace(fold=int(said == "B"), tzinfo=UTC) if said and read else read


class MomentInput(forms.MultiWidget):
    """Day and time side by side."""

    template_name = "_components/fields/moment.html"
    use_fieldset = True
    draws_itself = True

    def __init__(self, attrs=None):
        plain = {"inputmode": "numeric", "autocomplete": "off", "class": "form-control"}
        day = forms.TextInput(plain | {"aria-label": gettext_lazy("Day")})
        at = forms.TextInput(plain | {"aria-label": gettext_lazy("Time")})
        super().__init__({"day": day, "time": at}, attrs)

    def decompress(self, value):
        if not value:
            return [None, None]
        return [f"{value:%d/%m/%Y}", f"{value:%H:%M}"]


class MomentField(forms.MultiValueField):
    """A day and a time at a place: cleans to an instant in UTC.

    `zone`: the centre's time zone; set it on the field before use (default: the current one). The hour that does
    not exist in spring is refused; the one that comes twice in autumn must say which (02:30A or 02:30B).
    """

    def __init__(
        self, *, zone: ZoneInfo | None = None, earliest: Bound = EARLIEST_DATE, latest: Bound = None, **kwargs
    ):
        required = kwargs.get("required", True)
        fields = (DateField(earliest=earliest, latest=latest, required=required), MomentTime(required=required))
        kwargs.setdefault("widget", MomentInput())
        kwargs.setdefault("help_text", gettext_lazy("dd/mm/yyyy and hh:mm"))
        super().__init__(fields=fields, require_all_fields=True, **kwargs)
        self.zone = zone

    def prepare_value(self, value):
        return value.astimezone(self._zone()) if isinstance(value, datetime) else value

    def compress(self, values) -> datetime | None:
        day, at = values or (None, None)
        if day is None and at is None:
            return None
        if day is None or at is None:
            raise ValidationError(_("Write day and time, or neither."), "half")
        return instant(day, at.replace(tzinfo=None), self._zone(), chosen=at.tzinfo is not None)

    def _zone(self):
        return self.zone or timezone.get_current_timezone()


def instant(day: date, at: time, zone, *, chosen: bool = False) -> datetime:
    """The instant in UTC of a wall-clock reading; refuses the hour that is skipped, asks about the one said twice."""
    readings = {
        datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC)
        for fold in (0, 1)
        if datetime.combine(day, at.replace(fold=fold), tzinfo=zone)
        .astimezone(UTC)
        .astimezone(zone)
        .replace(tzinfo=None, fold=0)
        == datetime.combine(day, at.replace(fold=0))
    }
    if not readings:
        raise ValidationError(_("That night the clocks went forward: this hour did not exist."), "skipped")
    if len(readings) == 2 and not chosen:
        words = {"first": f"{at:%H:%M}A", "second": f"{at:%H:%M}B"}
        raise ValidationError(
            _("That night this hour came twice: write %(first)s for the first, %(second)s for the second."),
            "twice",
            words,
        )
    return sorted(readings)[-1 if at.fold else 0]


class PartialDateField(DateField):
    """A day, a month (MM/YYYY) or a year (YYYY): cleans to a PartialDate; only what is impossible is refused."""

    MONTH = re.compile(r"^(\d{1,2})[/.\-](\d{4})$", re.ASCII)
    ISO_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$", re.ASCII)
    YEAR = re.compile(r"^\d{4}$", re.ASCII)

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", gettext_lazy("dd/mm/yyyy, or only mm/yyyy or yyyy"))
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return partial_words(value) if isinstance(value, PartialDate) else super().prepare_value(value)

    def to_python(self, value) -> PartialDate | None:
        if value in self.empty_values or isinstance(value, PartialDate):
            return value or None
        text = re.sub(r"\s", "", str(value))
        if self.YEAR.match(text):
            return PartialDate.in_year(real_date(int(text), 1, 1).year)
        if match := self.MONTH.match(text):
            return self._month(int(match[2]), int(match[1]))
        if match := self.ISO_MONTH.match(text):
            return self._month(int(match[1]), int(match[2]))
        return PartialDate.on(super().to_python(text))

    def _month(self, year: int, month: int) -> PartialDate:
        real_date(year, month, 1)
        return PartialDate.in_month(year, month)

    def validate(self, value) -> None:
        forms.Field.validate(self, value)
        if value is not None:
            self.within(value.earliest, value.latest)


def partial_words(known: PartialDate) -> str:
    """A date as far as it is known, as people write it: 24/11/2026, 11/2026, 2026."""
    pattern = {Precision.DAY: "%d/%m/%Y", Precision.MONTH: "%m/%Y", Precision.YEAR: "%Y"}[known.precision]
    return known.earliest.strftime(pattern)
