"""Addresses of the order and of the registry's forms."""

from django.urls import path

from patients.ordering import views

app_name = "ordering"
urlpatterns = [
    path("<uuid:pathway_id>/order/", views.PlaceOrder.as_view(), name="order"),
    path("<uuid:pathway_id>/registry/", views.FileForm.as_view(), name="registry"),
]
