"""Addresses of people and centres."""

from django.urls import path

from patients.centres import views

app_name = "centres"
urlpatterns = [
    path("centres/", views.PeopleStart.as_view(), name="people"),
    path("centres/<uuid:centre_id>/", views.CentrePage.as_view(), name="centre"),
    path("centres/<uuid:centre_id>/invite/", views.Invite.as_view(), name="invite"),
    path("centres/<uuid:centre_id>/settings/", views.Settings.as_view(), name="settings"),
    path("centres/<uuid:centre_id>/closed-days/add/", views.CloseDay.as_view(), name="close_day"),
    path("centres/<uuid:centre_id>/closed-days/<uuid:row_id>/reopen/", views.ReopenDay.as_view(), name="reopen_day"),
    path("centres/<uuid:centre_id>/absences/add/", views.RecordAbsence.as_view(), name="record_absence"),
    path("centres/<uuid:centre_id>/absences/<uuid:row_id>/end/", views.EndAbsence.as_view(), name="end_absence"),
    path("centres/<uuid:centre_id>/roles/<uuid:row_id>/end/", views.EndRole.as_view(), name="end_role"),
    path("centres/<uuid:centre_id>/invitations/<uuid:row_id>/withdraw/", views.Withdraw.as_view(), name="withdraw"),
    path("invitation/<str:key>/", views.Accept.as_view(), name="accept"),
]
