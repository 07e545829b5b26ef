"""Contents page: every room's addresses, in pathway order."""

from django.urls import include, path

urlpatterns = [
    path("pathways/", include("patients.pathway.urls")),
]
