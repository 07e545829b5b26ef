"""Addresses of apheresis."""

from django.urls import path

from patients.apheresis import views

app_name = "apheresis"
urlpatterns = [
    path("<uuid:pathway_id>/apheresis/book/", views.Book.as_view(), name="book"),
    path("<uuid:pathway_id>/apheresis/give-back/", views.GiveBack.as_view(), name="give_back"),
    path("<uuid:pathway_id>/apheresis/prepare/", views.Prepare.as_view(), name="prepare"),
    path("<uuid:pathway_id>/apheresis/repeat/", views.Repeat.as_view(), name="repeat"),
    path("<uuid:pathway_id>/apheresis/", views.Record.as_view(), name="record"),
]
