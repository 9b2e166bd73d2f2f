"""Registers steering with Django."""

from django.apps import AppConfig


class SteeringConfig(AppConfig):
    """Escalations: what needs a decision, whose, and by when."""

    name = "steering"
    verbose_name = "Steering"
