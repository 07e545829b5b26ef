"""Addresses of what happens to a pathway as a whole."""

from django.urls import path

from patients.pathway import views
from patients.pathway.measured_page import MeasuredPage

app_name = "pathway"
urlpatterns = [
    path("<uuid:pathway_id>/hold/", views.Hold.as_view(), name="hold"),
    path("<uuid:pathway_id>/resume/", views.Resume.as_view(), name="resume"),
    path("<uuid:pathway_id>/share/", views.Share.as_view(), name="share"),
    path("<uuid:pathway_id>/close/", views.Close.as_view(), name="close"),
    path("<uuid:pathway_id>/correct/", views.Correct.as_view(), name="correct"),
    path("<uuid:pathway_id>/measured/", MeasuredPage.as_view(), name="measured"),
    path("<uuid:pathway_id>/transfer/", views.Transfer.as_view(), name="transfer"),
    path("<uuid:pathway_id>/death/", views.Death.as_view(), name="death"),
    path("<uuid:pathway_id>/death/undo/", views.DeathUndo.as_view(), name="death_undo"),
    path("<uuid:pathway_id>/death/registry/", views.RegistryDeath.as_view(), name="registry_death"),
]
