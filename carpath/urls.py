"""Every address of the app: the rooms' own, log-in, and the health page."""

from django.conf import settings
from django.urls import include, path

from carpath import closed
from carpath.health import healthz
from patients import admin

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    *closed.urlpatterns,
    path("account/", include("allauth.urls")),
    path("", include("patients.urls")),
]
if settings.ADMIN_ENABLED:
    urlpatterns.append(path("admin/", admin.site.urls))
