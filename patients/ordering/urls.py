"""Addresses of the order."""

from django.urls import path

from patients.ordering import views

app_name = "ordering"
urlpatterns = [path("<uuid:pathway_id>/order/", views.PlaceOrder.as_view(), name="order")]
