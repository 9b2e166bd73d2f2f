"""Registers governance with Django."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Stage gates, separation of duties, hold and cancel, closure."""

    name = "governance"
    verbose_name = "Governance"
