"""Addresses of the watch."""

from django.urls import path

from patients.surveillance import views

app_name = "surveillance"
urlpatterns = [
    path("watches/", views.WatchList.as_view(), name="list"),
    path("watches/register/<slug:kind>/", views.Register.as_view(), name="register"),
    path("watches/<uuid:watch_id>/", views.WatchPage.as_view(), name="watch"),
    path("watches/<uuid:watch_id>/<slug:what>/", views.Record.as_view(), name="record"),
]
