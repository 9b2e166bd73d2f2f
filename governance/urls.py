"""Addresses of governance; its pages are joined here."""

from django.urls import URLPattern

app_name = "governance"

urlpatterns: list[URLPattern] = []
