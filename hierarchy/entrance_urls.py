"""The address that the letter of an invitation leads to, before any organization."""

from django.urls import path

from hierarchy.views import invitations

urlpatterns = [path("<str:token>/", invitations.accept, name="invitation")]
