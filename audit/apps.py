"""Registers the ledger with Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The ledger and outbox."""

    name = "audit"
    verbose_name = "Ledger"
