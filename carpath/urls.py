"""Every address of the app: the rooms' own, log-in, and the health page."""

from django.urls import include, path

from carpath.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("account/", include("allauth.urls")),
    path("", include("patients.urls")),
]
