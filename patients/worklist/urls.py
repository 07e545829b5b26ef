"""Addresses of Today and of the list of patients."""

from django.urls import path

from patients.worklist import views

app_name = "worklist"
urlpatterns = [
    path("", views.today, name="today"),
    path("hat/", views.hat, name="hat"),
    path("board/", views.board, name="board"),
    path("help/<slug:reader>/", views.guide, name="help"),
    path("patients/", views.patients, name="patients"),
]
