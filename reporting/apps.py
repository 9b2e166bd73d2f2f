"""Registers reporting with Django."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """How it is going: roll-ups, and the numbers of every dashboard."""

    name = "reporting"
    verbose_name = "Reporting"
