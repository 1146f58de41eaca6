"""Addresses of the design system: the colour scheme, the page of components."""

from django.urls import path

from ddci_web.ui import views

app_name = "ui"
urlpatterns = [path("giao-dien/", views.theme, name="theme")]
