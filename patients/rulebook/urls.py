"""Addresses of rules, products, evidence and calculators."""

from django.urls import path

from patients.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("medicine/", views.rules, name="rules"),
    path("medicine/rules/<slug:kind>/<str:key>/", views.RulePage.as_view(), name="rule"),
    path("medicine/products/<slug:code>/", views.product, name="product"),
    path("medicine/calculators/<slug:kind>/", views.calculate, name="calculate"),
    path("pathways/<uuid:pathway_id>/calculators/<slug:kind>/", views.of_pathway, name="of_pathway"),
    path("medicine/evidence/", views.evidence, name="evidence"),
    path("medicine/evidence.csv", views.evidence_csv, name="evidence_csv"),
]
