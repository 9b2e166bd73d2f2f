"""Registers the hierarchy with Django."""

from django.apps import AppConfig


class HierarchyConfig(AppConfig):
    """The tree and its seats."""

    name = "hierarchy"
    verbose_name = "Hierarchy"
