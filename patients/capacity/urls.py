"""Addresses of chairs and beds."""

from django.urls import path

from patients.capacity import views

app_name = "capacity"
urlpatterns = [
    path("centres/<uuid:centre_id>/chairs/", views.Resources.as_view(), name="resources"),
    path("centres/<uuid:centre_id>/chairs/<uuid:row_id>/", views.Use.as_view(), name="use"),
]
