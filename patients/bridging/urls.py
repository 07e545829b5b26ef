"""Addresses of bridging."""

from django.urls import path

from patients.bridging import views

app_name = "bridging"
urlpatterns = [
    path("<uuid:pathway_id>/bridging/", views.Record.as_view(), name="record"),
    path("<uuid:pathway_id>/bridging/<uuid:course_id>/", views.Course.as_view(), name="course"),
    path("<uuid:pathway_id>/bridging/tell/", views.Tell.as_view(), name="tell"),
    path("<uuid:pathway_id>/bridging/told/", views.Look.as_view(), name="look"),
    path("<uuid:pathway_id>/bridging/criteria/", views.Criteria.as_view(), name="criteria"),
]
