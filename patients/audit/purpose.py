"""The sentence that every computed grade, score and advice carries (docs/intended-purpose.md)."""

from django.utils.translation import gettext_lazy as _

INTENDED_PURPOSE = _(
    "This function shows the published criteria and the values you entered. It is meant to support trained staff; it "
    "does not diagnose, does not prescribe and does not replace clinical judgement, the product's current label or "
    "local protocol. Check every value."
)
