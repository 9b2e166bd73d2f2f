"""The way in and out: login, logout and asking for the password again."""

from allauth.account import views
from django.urls import path

from accounts.views import presence

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("presence/", presence, name="account_presence"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
]
