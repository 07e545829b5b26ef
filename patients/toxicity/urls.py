"""Addresses of the bedside: the ward's list, a pathway's sheet, its sets, grades and treatments."""

from django.urls import path

from patients.toxicity import views

app_name = "toxicity"
urlpatterns = [
    path("ward/", views.mine, name="mine"),
    path("ward/protocol/<uuid:centre_id>/", views.Protocol.as_view(), name="protocol"),
    path("pathways/<uuid:pathway_id>/toxicity/", views.sheet, name="sheet"),
    path("pathways/<uuid:pathway_id>/toxicity/assess/", views.Assess.as_view(), name="assess"),
    path("pathways/<uuid:pathway_id>/toxicity/preview/", views.preview, name="preview"),
    path("pathways/<uuid:pathway_id>/toxicity/treat/", views.Treat.as_view(), name="treat"),
    path("pathways/<uuid:pathway_id>/toxicity/add/<slug:kind>/", views.Add.as_view(), name="add"),
    path("pathways/<uuid:pathway_id>/toxicity/<slug:kind>/<uuid:row_id>/amend/", views.Amend.as_view(), name="amend"),
    path("pathways/<uuid:pathway_id>/toxicity/measure/", views.Measure.as_view(), name="measure"),
    path("pathways/<uuid:pathway_id>/toxicity/close/", views.CloseWatch.as_view(), name="close"),
    path("pathways/<uuid:pathway_id>/toxicity/discharge/", views.Discharge.as_view(), name="discharge"),
    path("pathways/<uuid:pathway_id>/toxicity/<uuid:assessment_id>/", views.Confirm.as_view(), name="confirm"),
    path("pathways/<uuid:pathway_id>/toxicity/<uuid:assessment_id>/correct/", views.Correct.as_view(), name="correct"),
    path("pathways/<uuid:pathway_id>/toxicity/<uuid:assessment_id>/strike/", views.Strike.as_view(), name="strike"),
    path("pathways/<uuid:pathway_id>/toxicity/<uuid:assessment_id>/told/", views.Told.as_view(), name="told"),
]
