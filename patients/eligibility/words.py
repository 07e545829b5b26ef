"""The words of decisions, and why one is not taken."""

from django.utils.translation import gettext_lazy as _

from patients.eligibility.models import Decision
from patients.referral.words import REFUSALS as REFERRAL_REFUSALS

KINDS = {
    Decision.Kind.ELIGIBLE: _("Eligible: goes on to ordering and apheresis"),
    Decision.Kind.DEFERRED: _("Not now: with a day to look again"),
    Decision.Kind.NOT_ELIGIBLE: _("Not indicated: with advice for the referrer"),
}

SHORT = {
    Decision.Kind.ELIGIBLE: _("Eligible"),
    Decision.Kind.DEFERRED: _("Not now"),
    Decision.Kind.NOT_ELIGIBLE: _("Not indicated"),
}

REFUSALS = REFERRAL_REFUSALS | {
    "not_taken_on": _("The hub has not taken this patient on yet."),
    "already_ordered": _("The order is placed: this decision stands. Close or hold the pathway instead."),
    "already_eligible": _("The patient was found eligible already: put the pathway on hold instead."),
    "before_taken_on": _("This lies before the hub took the patient on."),
    "say_why": _("Write the reason: the decision is justified case by case."),
    "say_who": _("Write who decided."),
    "choose_product": _("Choose the product."),
    "say_when": _("Write the day on which to look again."),
    "in_the_past": _("This day has passed."),
}
