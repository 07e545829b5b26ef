"""Addresses by which patients are brought in, and the own centre's courses are taken out."""

from django.urls import path

from patients.exchange import views

app_name = "exchange"
urlpatterns = [
    path("bring-in/<uuid:centre_id>/", views.BringIn.as_view(), name="bring_in"),
    path("bring-in/<uuid:centre_id>/many/", views.Many.as_view(), name="many"),
    path("courses.csv", views.courses_csv, name="courses_csv"),
]
