"""Contents page: every room's addresses, in pathway order."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from patients.timeline import gallery
from patients.worklist import frame

urlpatterns = [
    path("language/", login_not_required(set_language), name="set_language"),
    path("theme/", frame.theme, name="theme"),
    path("", include("patients.centres.urls")),
    path("components/", gallery.components, name="components"),
    path("pathways/", include("patients.pathway.urls")),
    path("", include("patients.surveillance.urls")),
    path("pathways/", include("patients.referral.urls")),
    path("pathways/", include("patients.eligibility.urls")),
    path("pathways/", include("patients.ordering.urls")),
    path("", include("patients.capacity.urls")),
    path("pathways/", include("patients.apheresis.urls")),
    path("pathways/", include("patients.manufacturing.urls")),
    path("pathways/", include("patients.bridging.urls")),
    path("pathways/", include("patients.lymphodepletion.urls")),
    path("pathways/", include("patients.infusion.urls")),
    path("", include("patients.toxicity.urls")),
    path("pathways/", include("patients.followup.urls")),
    path("", include("patients.advice.urls")),
    path("", include("patients.reminders.urls")),
    path("", include("patients.rulebook.urls")),
    path("", include("patients.worklist.urls")),
    path("pathways/", include("patients.timeline.urls")),
    path("", include("patients.exchange.urls")),
]
