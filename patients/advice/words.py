"""The words of advice: what applies and why, never an order."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from patients.advice import rules
from patients.advice.models import Topic

TOPICS = {
    Topic.CRS: "CRS",
    Topic.ICANS: "ICANS",
    Topic.TOCILIZUMAB: _("Tocilizumab"),
    Topic.PERSISTENT: _("CRS of grade 1 that persists"),
    Topic.INTENSIVE_CARE: _("Intensive care"),
    Topic.ISOLATED_ICANS: _("ICANS without CRS"),
    Topic.STEROIDS: _("Steroids"),
    Topic.ANTIFUNGAL: _("Antifungal prophylaxis"),
    Topic.ANTIEPILEPTIC: _("Antiepileptic prophylaxis"),
    Topic.NEAR: _("Near the centre"),
    Topic.DRIVING: _("Driving, machines"),
}
PLACES = {"EU": pgettext_lazy("place", "EU"), "US": pgettext_lazy("place", "US")}
STATES = {
    rules.NEVER: _("not assessed yet"),
    rules.NOT_KNOWN: _("not known from the last set"),
    rules.TO_CONFIRM: _("confirm first"),
}
NEXT = {
    "max_4_total": _("Four doses were given: check the label, it foresees no more."),
    "interval_lt_8h": _("Less than 8 hours since the last dose."),
    "max_3_in_24h": _("Three doses in the last 24 hours (NCCN, US label)."),
}
BECAUSE = {
    "steroid_days": _("steroids on %(days)s days"),
    "tocilizumab_again": _("%(doses)s doses of tocilizumab"),
}
VACCINES = {
    "early": "Influenza, COVID",
    "inactivated": _("Inactivated vaccines"),
    "live": _("Live vaccines, only if immune-competent"),
}
UNTIL, FROM, AFTER = _("until %s"), _("from %s"), _("after %s")
RISKS = {
    "cd28": _("product with CD28"),
    "cns": _("CNS disease, now or before"),
    "seizures": _("seizures or stroke before"),
}
SWITCHED_BY = _("A haematologist of the hub switches it on. Grades are computed all the same.")
REFUSALS = {
    "only_a_haematologist_of_the_hub": _("Only a haematologist of this hub changes its advice."),
    "choose_a_source": _("Choose at least one source: its rows are shown as they stand."),
    "advice_stands_so": _("It stands like this already."),
    "write_the_advice": _("Write what is to be considered or checked, one item a line."),
    "advice_gives_no_orders": _(
        "Each line and each sentence considers or checks (“Consider”, “Check”, “Valutare”, “Verificare”): none orders,"
        " none says “now”. This one does: %(item)s"
    ),
    "say_why": _("Say why: your colleagues will read it."),
}
