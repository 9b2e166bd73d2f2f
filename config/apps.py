"""Loads the Celery app with Django, so that every process sends and finds the same tasks."""

from django.apps import AppConfig

from config import celery


class ConfigConfig(AppConfig):
    """The composition root as a Django app: management commands and nothing else."""

    name = "config"
    celery_app = celery.app
