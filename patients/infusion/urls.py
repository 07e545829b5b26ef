"""Addresses of day 0."""

from django.urls import path

from patients.infusion import actions, views

app_name = "infusion"
urlpatterns = [
    path("<uuid:pathway_id>/infusion/ready/", views.Ready.as_view(), name="ready"),
    path("<uuid:pathway_id>/infusion/thaw/", views.StartThaw.as_view(), name="thaw"),
    path("<uuid:pathway_id>/infusion/identity/", views.Identity.as_view(), name="identity"),
    path(
        "<uuid:pathway_id>/infusion/identity/thaw/",
        views.Identity.as_view(point=actions.THAW),
        name="identity_thaw",
    ),
    path(
        "<uuid:pathway_id>/infusion/identity/afterwards/",
        views.Identity.as_view(point=actions.AFTERWARDS),
        name="identity_afterwards",
    ),
    path("<uuid:pathway_id>/infusion/", views.Record.as_view(), name="record"),
    path("<uuid:pathway_id>/infusion/afterwards/", views.Afterwards.as_view(), name="afterwards"),
    path("<uuid:pathway_id>/infusion/<int:number>/correct/", views.Correct.as_view(), name="correct"),
    path("<uuid:pathway_id>/identity-incident/", views.Incident.as_view(), name="incident"),
]
