"""The loaded demo as a test looks at it: measures by their script, through an executive's eyes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import psycopg
from django.db import connection
from django.test import override_settings
from psycopg.conninfo import conninfo_to_dict

from config.demo import loading
from config.demo.founding import Company
from config.demo.script import MeasureScript
from config.demo.timeline import DemoClock
from core import tenancy
from hierarchy.models import Node
from measures.models import ActualClaim, Measure
from measures.models.line import ClaimState
from measures.queries import facts, lights, periods
from measures.queries.lights import StoredLights
from reporting.queries.dashboard import Dashboard, dashboard
from tests import database
from tests.plugin import SERVERS

EXECUTIVES = {"halvern": "Claire Dumont", "marienfeld": "Andreas Keel"}


@dataclass(frozen=True, slots=True)
class Told:
    """The loaded demo, seen by the executive of one of its organizations."""

    company: Company
    executive: str

    def reading(self):
        """Open a snapshot as the executive."""
        return tenancy.reading(self.company.actors[self.executive])

    def measure(self, script: MeasureScript) -> Measure:
        """Return the row of a measure; inside a snapshot."""
        return Measure.objects.select_related("node").get(node__code=script.code)

    def lights(self, script: MeasureScript) -> StoredLights:
        """Return both lights of a measure as they are stored."""
        with self.reading():
            return lights.of([self.measure(script).pk])[self.measure(script).pk]

    def figures(self, script: MeasureScript) -> facts.MeasureFigures:
        """Return what a measure says today."""
        with self.reading():
            return facts.of_one(self.measure(script).pk, periods.ground().today)

    def approved(self, script: MeasureScript, line: str) -> Decimal:
        """Return the sum of the approved claims of a line in units."""
        return self._claimed(script, line, ClaimState.APPROVED)

    def waiting(self, script: MeasureScript, line: str) -> Decimal:
        """Return the sum of the claims of a line that wait for the controller."""
        return self._claimed(script, line, ClaimState.SUBMITTED)

    def _claimed(self, script: MeasureScript, line: str, state: ClaimState) -> Decimal:
        with self.reading():
            rows = ActualClaim.objects.filter(
                measure=self.measure(script), line__name=line, state=state
            )
            return Decimal(sum(rows.values_list("amount", flat=True))) / 100

    def dashboard(self, node: str) -> Dashboard:
        """Return the dashboard of a node by name."""
        with self.reading():
            return dashboard(Node.objects.get(name=node, level__lt=5), periods.ground())


@contextmanager
def the_demo(files: Path) -> Iterator[dict[str, Told]]:
    """Have the demo loaded in a database and with a clock of its own, by organization."""
    with (
        database.of_its_own(SERVERS, "demo") as addresses,
        psycopg.connect(addresses.owner, autocommit=True) as owner,
        _used(str(conninfo_to_dict(addresses.app)["dbname"])),
        override_settings(MEDIA_ROOT=str(files)),
    ):
        companies = loading.load(DemoClock(owner), lambda _: None)
        yield {
            company.setting.slug: Told(company, EXECUTIVES[company.setting.slug])
            for company in companies
        }


@contextmanager
def _used(name: str) -> Iterator[None]:
    """Have Django's one connection go to another database for a while."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
