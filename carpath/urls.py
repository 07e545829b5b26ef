"""Every address of the app: the rooms' own, log-in, and the health page."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("", include("patients.urls")),
]
