"""The Celery app and the beat schedule: the whole clock of the system on one page."""

import os
import sys

import celery
from celery import bootsteps
from django.conf import settings

from config import guard
from config.errors import EXIT_CODE, StartRefused

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# The checks import every page; a worker shows none, and `./run check` has run them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

HOUR = 60 * 60
HARD_LIMIT = 10 * 60

app = celery.Celery("assay", set_as_current=True)
app.conf.update(
    broker_url=settings.ENVIRONMENT.redis_url,
    # A broker that is away must not hold up a page; the sweep sends what was missed.
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    broker_transport_options={
        "visibility_timeout": 2 * HARD_LIMIT,
        "socket_connect_timeout": 2,
        "max_retries": 1,
    },
    accept_content=["json"],
    task_serializer="json",
    result_backend=None,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=HARD_LIMIT,
    task_soft_time_limit=HARD_LIMIT - 60,
    worker_prefetch_multiplier=1,
    worker_concurrency=2,
    worker_max_memory_per_child=300_000,
    worker_hijack_root_logger=False,
    timezone="UTC",
    enable_utc=True,
    beat_schedule={
        "send what was committed and not yet delivered": {
            "task": "accounts.tasks.sweep_outbox",
            "schedule": 10,
        },
        "bring roll-ups up to date": {
            "task": "reporting.tasks.sweep_rollups",
            "schedule": 5,
        },
        "let time pass for escalations": {
            "task": "steering.tasks.run_clock",
            "schedule": 60,
        },
        "let periods claim, approve and lock": {
            "task": "measures.tasks.close_periods",
            "schedule": HOUR / 4,
        },
        # Organizations live in different time zones: each day begins somewhere within the hour.
        "begin the day where one has begun": {
            "task": "reporting.tasks.nightly",
            "schedule": HOUR / 4,
        },
        "publish where each ledger ends": {
            "task": "governance.tasks.publish_heads",
            "schedule": HOUR / 4,
        },
        "book what holds cost the fiscal year that is over": {
            "task": "governance.tasks.book_holds",
            "schedule": HOUR,
        },
        "remind of what is due in the morning of each place": {
            "task": "reporting.tasks.post_digests",
            "schedule": HOUR / 4,
        },
        "forget what need not be kept": {
            "task": "accounts.tasks.purge",
            "schedule": 24 * HOUR,
        },
    },
)
app.autodiscover_tasks()


class RefuseUnfitDatabase(bootsteps.StartStopStep):  # type: ignore[misc]  # celery ships no types
    """A worker asks the guard before it takes its first task."""

    requires = ("celery.worker.components:Timer",)

    def start(self, worker: object) -> None:
        del worker
        try:
            guard.check_settings()
        except StartRefused as refusal:
            sys.stderr.write(f"assay: {refusal}\n")
            sys.stderr.flush()
            # The pool is not up yet: there is nothing to wind down.
            os._exit(EXIT_CODE)


app.steps["worker"].add(RefuseUnfitDatabase)
