"""Registers measures with Django."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Measures and all they carry."""

    name = "measures"
    verbose_name = "Measures"
