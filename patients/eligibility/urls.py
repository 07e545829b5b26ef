"""Addresses of the items and of the decision."""

from django.urls import path

from patients.eligibility import views

app_name = "eligibility"
urlpatterns = [
    path("second-line/", views.second_line, name="second_line"),
    path("<uuid:pathway_id>/eligibility/", views.Decide.as_view(), name="decide"),
    path("<uuid:pathway_id>/indication/", views.Indication.as_view(), name="indication"),
    path("<uuid:pathway_id>/eligibility/items/", views.Answer.as_view(), name="items"),
    path("<uuid:pathway_id>/eligibility/items/<slug:group>/", views.Answer.as_view(), name="items"),
]
