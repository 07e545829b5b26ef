"""Addresses of follow-up."""

from django.urls import path

from patients.followup import views

app_name = "followup"
urlpatterns = [
    path("restaging/lugano/", views.lugano_preview, name="lugano"),
    path("<uuid:pathway_id>/follow-up/", views.Course.as_view(), name="course"),
    path("<uuid:pathway_id>/follow-up/hand-over/", views.HandOverPage.as_view(), name="hand_over"),
    path("<uuid:pathway_id>/follow-up/<slug:kind>/", views.Add.as_view(), name="add"),
    path("<uuid:pathway_id>/follow-up/<slug:kind>/<uuid:row_id>/", views.Amend.as_view(), name="amend"),
    path("<uuid:pathway_id>/restaging/", views.Restage.as_view(), name="restage"),
    path("<uuid:pathway_id>/restaging/<uuid:restaging_id>/", views.CorrectRestaging.as_view(), name="correct"),
    path("<uuid:pathway_id>/visit/", views.RecordVisit.as_view(), name="visit"),
    path("<uuid:pathway_id>/visit/<uuid:visit_id>/", views.CorrectVisit.as_view(), name="correct_visit"),
]
