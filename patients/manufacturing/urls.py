"""Addresses of manufacturing."""

from django.urls import path

from patients.manufacturing import views

app_name = "manufacturing"
urlpatterns = [
    path("<uuid:pathway_id>/manufacturing/ship/", views.Ship.as_view(), name="ship"),
    path("<uuid:pathway_id>/manufacturing/follow/", views.Follow.as_view(), name="follow"),
    path("<uuid:pathway_id>/manufacturing/release/", views.Release.as_view(), name="release"),
    path("<uuid:pathway_id>/manufacturing/correct/", views.Correct.as_view(), name="correct"),
    path("<uuid:pathway_id>/manufacturing/accept/", views.Accept.as_view(), name="accept"),
    path("<uuid:pathway_id>/manufacturing/receive/", views.Receive.as_view(), name="receive"),
]
