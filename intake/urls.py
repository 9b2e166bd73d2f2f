"""Addresses below /o/<organization>/imports/."""

from django.urls import path

from intake import views

app_name = "intake"

urlpatterns = [
    path("", views.runs, name="runs"),
    path("<uuid:run>/", views.run, name="run"),
]
