"""The form of the board's decision."""

from crispy_forms.layout import Div, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.audit import clock, fields
from patients.audit.fields import short_text
from patients.eligibility import words
from patients.eligibility.rules import Said
from patients.products.models import Product
from patients.referral.words import GROUNDS


class DecisionForm(fields.Form):
    """One of three decisions with its compulsory reason; what belongs to one is shown when it is chosen."""

    kind = fields.TileChoice(label=gettext_lazy("Decision"), choices=list(words.KINDS.items()), shape="list")
    product = fields.TileChoice(label=gettext_lazy("Product"), shape="list", required=False)
    reassess_on = fields.DateField(label=gettext_lazy("Look again on"), required=False)
    grounds = forms.MultipleChoiceField(
        label=gettext_lazy("It rests on"),
        choices=list(GROUNDS.items()),
        required=False,
        widget=fields.TileCheckboxes(),
        help_text=gettext_lazy("Age and comorbidity alone are not enough."),
    )
    instead = short_text(gettext_lazy("What to do instead"), rows=2, required=False)
    reason = short_text(gettext_lazy("Reason, compulsory"))
    board_on = fields.DateField(label=gettext_lazy("Day of the board"))
    deciders = forms.CharField(
        label=gettext_lazy("Who decided"), max_length=400, help_text=gettext_lazy("Names, as many as were present.")
    )

    def __init__(self, *args, disease: str | None, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = _products(disease)
        self.fields["board_on"].latest = clock.today(zone)
        self.fields["reassess_on"].earliest = clock.today(zone)

    def layout(self) -> Layout:
        return Layout(
            "kind",
            Div("product", css_class="cp-when cp-when-eligible"),
            Div("reassess_on", css_class="cp-when cp-when-deferred"),
            Div("grounds", "instead", css_class="cp-when cp-when-not_eligible"),
            "reason",
            fields.side_by_side("board_on", "deciders"),
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
        )


def _products(disease: str | None) -> list[tuple[str, str]]:
    """Every product; those whose label names this disease first, the others marked, never hidden."""
    found = list(Product.objects.all())
    known = disease not in (None, "other")
    fitting = [product for product in found if not known or disease in product.diseases]
    others = [product for product in found if product not in fitting]
    return [(product.code, f"{product.code} · {product.brand}") for product in fitting] + [
        (product.code, _("%(product)s · no label use in this disease") % {"product": product.code})
        for product in others
    ]
