"""Registers accounts with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Organizations, users and members."""

    name = "accounts"
    verbose_name = "Accounts"
