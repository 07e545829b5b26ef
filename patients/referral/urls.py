"""Addresses of asking early and of the hub's answer."""

from django.urls import path

from patients.referral import views

app_name = "referral"
urlpatterns = [
    path("ask/", views.Ask.as_view(), name="ask"),
    path("ask/watch/<uuid:watch_id>/", views.FromWatch.as_view(), name="from_watch"),
    path("ask/code/", views.code, name="code"),
    path("ask/indication/", views.preview, name="preview"),
    path("<uuid:pathway_id>/ask/", views.Draft.as_view(), name="draft"),
    path("<uuid:pathway_id>/ask-again/", views.AskAgain.as_view(), name="again"),
    path("<uuid:pathway_id>/referral/", views.Dossier.as_view(), name="dossier"),
    path("<uuid:pathway_id>/dossier/<slug:kind>/", views.Section.as_view(), name="section"),
    path("<uuid:pathway_id>/referral/answer/", views.Answer.as_view(), name="answer"),
    path("<uuid:pathway_id>/referral/questions/", views.Reply.as_view(), name="reply"),
    path("<uuid:pathway_id>/referral/rang/<uuid:step_id>/", views.rang, name="rang"),
]
