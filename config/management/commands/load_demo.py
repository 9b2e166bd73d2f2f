"""`manage.py load_demo`: fills a demo database with its two organizations; `demo` calls it."""

import json
import time
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.queries import people
from config.demo import loading
from config.demo.founding import PASSWORD, Company
from config.demo.timeline import DemoClock
from config.environment import Purpose


class Command(BaseCommand):
    help = "Load the two demo organizations, their history told through the services."

    def handle(self, *_: Any, **__: Any) -> None:
        environment = settings.ENVIRONMENT
        if environment.purpose is not Purpose.DEMO or environment.owner_database_url is None:
            raise CommandError(
                "the demo is loaded by `./run demo`, into a demo database of its own."
            )
        if people.organizations().exists():
            raise CommandError("there are organizations already; `./run demo --fresh` starts over.")
        started = time.monotonic()

        def tell(what: str) -> None:
            self.stdout.write(f"    {time.monotonic() - started:5.1f} s  {what}")

        with psycopg.connect(environment.owner_database_url, autocommit=True) as owner:
            companies = loading.load(DemoClock(owner), tell)
        # Written last: while it is absent, the data count as not loaded.
        _write_logins(environment.data_dir / "logins.json", companies)


def _write_logins(path: Path, companies: list[Company]) -> None:
    logins = [
        {
            "organization": company.setting.name,
            "role": role.value,
            "name": name,
            "email": company.setting.email(name),
            "password": PASSWORD,
            "url": f"/o/{company.setting.slug}/",
        }
        for company in companies
        for role, name in company.setting.logins.items()
    ]
    path.write_text(json.dumps(logins, indent=2, ensure_ascii=False))
