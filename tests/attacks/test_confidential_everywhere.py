"""Every address there is, asked by who holds every seat and reads no confidential measure."""

import re
import zipfile
from decimal import Decimal
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from audit import reading
from audit.queries import excerpt
from core import tenancy
from hierarchy.models import Node
from measures.models import Line, Measure, Milestone
from measures.rules.lines import Series
from measures.services import comments, dependencies, risks
from measures.services.risks import RiskDraft
from tests.architecture.estate import an_estate
from tests.factories import reporting
from tests.factories.confidential import hidden
from tests.factories.forced import DECIDED_ON, a_day_begins, a_zombie
from tests.factories.measures import Subject, a_planned_measure
from tests.factories.organizations import PASSWORD, an_organization

SECRET = "Nightingale"  # in every text of what is hidden, and nowhere else
FIGURE = "7654.32"
SLUG = "<slug:slug>"
OF_A_MEASURE = re.compile(r"<uuid:(measure|evidence|asked|request_id|escalation)>|<int:milestone>")
# The third group of a public id is 7 and three digits: one in 4,096 of them is no figure.
SAID = re.compile(rf"{SECRET}|(?<![0-9a-f]-)\b7\D?654\b(?!-[0-9a-f])|765432", re.IGNORECASE)


def _routes(resolver: URLResolver, before: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        found += _routes(each, route) if isinstance(each, URLResolver) else [(route, each)]
    return found


INSIDE = sorted({route for route, _ in _routes(get_resolver()) if SLUG in route})


@pytest.fixture
def estate(clock_at):
    """An organization whose confidential measures have something in every list there is."""
    clock_at(*DECIDED_ON)
    organization = an_organization()
    zombie = a_zombie(clock_at, organization=organization)
    estate = an_estate(organization)
    with tenancy.reading(organization.actor("owner")):
        asked = Measure.objects.get(node__public_id=estate.ids["measure"])
    requested = Subject(organization, zombie.package, asked.pk, estate.ids["line"])
    waits = a_planned_measure(organization)
    for subject in (zombie, requested):
        told(subject)
    for one, other in ((waits, zombie), (requested, waits)):
        dependencies.propose(
            actor=organization.actor("owner"),
            measure_id=one.measure_id,
            needs_id=other.measure_id,
            what=f"{SECRET} hall",
        )
    zombie.save(Series.FORECAST, {7: Decimal(FIGURE)})
    a_day_begins(zombie)
    for subject in (zombie, requested):
        hidden(subject, because=f"{SECRET} is not told yet.")
    reporting.drained(organization)
    return estate, organization


def told(subject: Subject) -> None:
    """Write the secret into every text of a measure, before it becomes one."""
    with tenancy.acting(subject.actor("owner")):
        node_id = Measure.objects.get(pk=subject.measure_id).node_id
        Node.objects.filter(pk=node_id).update(name=f"{SECRET} plant {node_id}")
        for model, field in ((Line, "name"), (Milestone, "name")):
            for row in model.objects.filter(measure_id=subject.measure_id):
                setattr(row, field, f"{SECRET} {row.pk}")
                row.version += 1
                row.save(update_fields=[field, "version"])
    risks.add(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        draft=RiskDraft(title=f"{SECRET} leaks", likelihood="low", impact="high"),
    )
    comments.add(
        actor=subject.actor("owner"), measure_id=subject.measure_id, text=f"{SECRET} it is."
    )


def test_nothing_of_a_confidential_measure_stands_anywhere_for_who_does_not_read_it(estate):
    estate, organization = estate
    stranger = at_a_browser(estate.email)
    owner = at_a_browser(organization.user("owner").email)
    found, own, broken, known = [], [], [], 0

    for address in ["/" + estate.fill(route) for route in INSIDE] + places(organization):
        known += bool(SAID.search(text_of(owner.get(address))))
        answer = stranger.get(address)
        found += [(address, each[0]) for each in SAID.finditer(text_of(answer))][:1]
        broken += [address] if answer.status_code >= 500 else []
    for path, content in exported(stranger, organization):
        found += [(path, each[0]) for each in SAID.finditer(content)][:1]
    for route in filter(OF_A_MEASURE.search, INSIDE):
        own += answered_unlike_nothing(stranger, estate, route)

    assert (found, own, broken) == ([], [], [])
    assert known > 40


def exported(stranger, organization):
    """Yield what an auditor takes out, who may export and reads nothing confidential."""
    below = f"/o/{organization.slug}/governance/ledger/"
    yield "table", text_of(stranger.post(f"{below}table/"))
    with NamedTemporaryFile(suffix=".zip") as file:
        file.write(b"".join(stranger.post(f"{below}export/").streaming_content))
        file.flush()
        _, report = reading.examine(Path(file.name))
        assert (report.faults, report.withheld > 40, report.acts > 80) == ([], True, True)
        with zipfile.ZipFile(file.name) as archive:
            for name in archive.namelist():
                yield name, archive.read(name).decode()


def answered_unlike_nothing(stranger, estate, route):
    """Return how an address of something hidden answers otherwise than one of nothing does."""
    absent = estate.with_ids_of_nothing()
    wrong = []
    for method in ("get", "post"):
        kind = {"content_type": "application/json"} if method == "post" and "/api/" in route else {}
        answer = getattr(stranger, method)("/" + estate.fill(route), **kind)
        nothing = getattr(stranger, method)("/" + absent.fill(route), **kind)
        is_alike = 400 <= answer.status_code == nothing.status_code < 500
        if not is_alike or SAID.search(text_of(answer)):
            wrong.append((method, route, answer.status_code, nothing.status_code))
    return wrong


def places(organization) -> list[str]:
    """Return addresses that a search asks, and of the latest entries of the ledger."""
    with tenancy.reading(organization.actor("owner")):
        last, _ = excerpt.head()
    below = f"/o/{organization.slug}/governance/ledger/"
    return [f"{below}{number}/" for number in range(last - 6, last + 1)]


def at_a_browser(email: str) -> Client:
    """Come in by the login page, so that step-ups are passed."""
    client = Client(raise_request_exception=False)
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return client


def text_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = {name: said for name, said in answer.items() if name != "Content-Length"}
    return content.decode(errors="replace") + str(headers)
