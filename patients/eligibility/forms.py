"""The forms of what is known of each item, and of the board's decision."""

from collections.abc import Iterable

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import clock, fields
from patients.audit.fields import short_text
from patients.eligibility import words
from patients.eligibility.items import Item
from patients.eligibility.rules import Answered, Said
from patients.products.models import Product
from patients.referral.words import GROUNDS


class ItemsForm(fields.Form):
    """Of each item of a group: yes, no or not known, its value where it has one, its day and where it comes from."""

    def __init__(self, *args, items: Iterable[Item], zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = tuple(items)
        for item in self.items:
            self.fields[item.code] = fields.YesNoUnknown(
                label=words.ITEMS[item.code], required=False, help_text=words.cut_words(item)
            )
            if item.measure is not None:
                measure = item.measure
                self.fields[f"{item.code}_value"] = fields.MeasuredField(
                    label=_("Value"),
                    unit=words.unit_words(measure.unit),
                    places=measure.places,
                    least=measure.least,
                    most=measure.most,
                    required=False,
                )
            self.fields[f"{item.code}_on"] = fields.DateField(
                label=_("On"), latest=clock.today(zone), required=False, help_text=""
            )
            self.fields[f"{item.code}_source"] = forms.CharField(label=_("Source"), max_length=120, required=False)

    def layout(self) -> Layout:
        return Layout(*(self._one(item) for item in self.items))

    def _one(self, item: Item) -> Div:
        parts = [f"{item.code}{part}" for part in ("_value", "_on", "_source") if f"{item.code}{part}" in self.fields]
        return Div(item.code, Div(*parts, css_class="cp-said-parts"), css_class="cp-said")

    def clean(self) -> dict:
        """A value, a day or a source belongs to an answer, be it "not known"."""
        given = super().clean()
        for item in self.items:
            told = any(given.get(f"{item.code}{part}") not in (None, "") for part in ("_value", "_on", "_source"))
            if told and not self.data.get(item.code) and item.code not in self.errors:
                self.add_error(item.code, _("Say yes, no or not known."))
        return given

    def said(self) -> dict[str, Answered]:
        """What was answered, by item; what was left untouched is not said."""
        given = self.cleaned_data
        return {
            item.code: Answered(
                given[item.code],
                given.get(f"{item.code}_value"),
                given[f"{item.code}_on"],
                given[f"{item.code}_source"].strip(),
            )
            for item in self.items
            if self.data.get(item.code)
        }


def as_typed(code: str, said: Answered) -> dict:
    """An answer as the form's fields hold it."""
    return {
        code: "unknown" if said.answer is None else said.answer,
        f"{code}_value": said.value,
        f"{code}_on": said.on,
        f"{code}_source": said.source,
    }


class ProductTiles(fields.TileRadio):
    """The products; those of `asked_back` bear a mark, by which the page shows that a reason is asked for."""

    asked_back: frozenset[str] = frozenset()

    def create_option(self, name, value, *args, **kwargs) -> dict:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-off-label"] = value in self.asked_back
        return option


class DecisionForm(fields.Form):
    """One of three decisions with its compulsory reason; what belongs to one is shown when it is chosen."""

    kind = fields.TileChoice(label=gettext_lazy("Decision"), choices=list(words.KINDS.items()), shape="list")
    product = fields.TileChoice(label=gettext_lazy("Product"), required=False, widget=ProductTiles(shape="list"))
    off_label_reason = short_text(
        gettext_lazy("Why a product whose label does not cover this case?"),
        rows=2,
        required=False,
        help_text=gettext_lazy("It stays with the decision."),
    )
    reassess_on = fields.DateField(label=gettext_lazy("Look again on"), required=False)
    grounds = forms.MultipleChoiceField(
        label=gettext_lazy("It rests on"),
        choices=list(GROUNDS.items()),
        required=False,
        widget=fields.TileCheckboxes(),
        help_text=gettext_lazy("Age and comorbidity alone are not enough."),
    )
    instead = short_text(gettext_lazy("What to do instead"), rows=2, required=False)
    conditions = short_text(
        gettext_lazy("Conditions"),
        rows=2,
        required=False,
        help_text=gettext_lazy("What must hold first; nothing when there are none."),
    )
    reason = short_text(gettext_lazy("Reason, compulsory"))
    board_on = fields.DateField(label=gettext_lazy("Day of the board"))
    deciders = forms.CharField(label=gettext_lazy("Those present"), max_length=400)
    decider = forms.CharField(
        label=gettext_lazy("Who decides"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("You, when it is left empty."),
    )

    def __init__(
        self,
        *args,
        disease: str | None,
        zone: str,
        covered: Iterable[str] = (),
        coverable: frozenset[str] | None = None,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        asked_back = frozenset()
        if coverable is not None:
            asked_back = frozenset(Product.objects.exclude(pk__in=coverable).values_list("pk", flat=True))
        self.fields["product"].choices = _products(disease, set(covered), asked_back)
        self.fields["product"].widget.asked_back = asked_back
        self.fields["board_on"].latest = clock.today(zone)
        self.fields["reassess_on"].earliest = clock.today(zone)

    def layout(self) -> Layout:
        return Layout(
            "kind",
            Div(
                "product",
                Div("off_label_reason", css_class="cp-when-off-label"),
                "conditions",
                css_class="cp-when cp-when-eligible",
            ),
            Div("reassess_on", css_class="cp-when cp-when-deferred"),
            Div("grounds", "instead", css_class="cp-when cp-when-not_eligible"),
            "reason",
            "board_on",
            "deciders",
            "decider",
        )

    def said(self) -> Said:
        """The decision as the rules read it."""
        told = self.cleaned_data
        return Said(
            kind=told["kind"],
            reason=told["reason"],
            deciders=told["deciders"],
            board_on=told["board_on"],
            product=told["product"] or None,
            grounds=tuple(told["grounds"]),
            instead=told["instead"],
            reassess_on=told["reassess_on"],
            decider=told["decider"],
            conditions=told["conditions"],
            off_label_reason=told["off_label_reason"],
        )


def _products(disease: str | None, covered: set[str], asked_back: frozenset[str]) -> list[tuple[str, str]]:
    """Every product: first what the label covers by the record, then its disease's, then the others; none is hidden."""
    found = list(Product.objects.all())
    known = disease not in (None, "other")
    fitting = [product for product in found if not known or disease in product.diseases]
    fitting.sort(key=lambda product: product.code not in covered)
    others = [product for product in found if product not in fitting]
    return [(product.code, _fitting_words(product, covered, asked_back)) for product in fitting] + [
        (product.code, _("%(product)s · no label use in this disease") % {"product": product.code})
        for product in others
    ]


def _fitting_words(product: Product, covered: set[str], asked_back: frozenset[str]) -> str:
    named = {"product": product.code, "brand": product.brand}
    if product.code in covered:
        return _("%(product)s · %(brand)s · label covers this case") % named
    if product.code in asked_back:
        return _("%(product)s · %(brand)s · label does not cover this case") % named
    return f"{product.code} · {product.brand}"
