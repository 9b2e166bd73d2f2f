"""Registers intake with Django."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The import of running portfolios."""

    name = "intake"
    verbose_name = "Intake"
