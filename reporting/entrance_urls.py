"""The address before any organization."""

from django.urls import path

from reporting.views import entrance

urlpatterns = [path("", entrance.entrance, name="entrance")]
