"""The gate schemes of the active organization: the one in force, and the one of any version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from governance.models import GateRequest, Scheme
from governance.rules import schemes
from governance.rules.gates import Gate
from governance.rules.gates import Scheme as Rules
from governance.rules.votes import RequestState
from hierarchy.queries import authority
from measures.rules.stage import Stage


@dataclass(frozen=True, slots=True)
class Book:
    """Schemes by version, read once for many requests; `current` is the one in force today."""

    versions: dict[int, Rules]
    current: Rules

    def gate_of(self, request: GateRequest) -> Gate:
        """Return what a request asks to pass, by the version it was judged by."""
        rules = self.versions[request.scheme_version]
        gate = rules.passing(
            (Stage(request.from_stage), request.from_step), (Stage(request.gate), request.step)
        )
        return gate.for_value(is_over_limit=request.above_limit)

    def of(self, request: GateRequest) -> Rules:
        """Return the version a request was judged by."""
        return self.versions[request.scheme_version]


def current(on: date | None = None) -> Rules:
    """Return the scheme in force on a day, today unless given."""
    found = _texts(Scheme.objects.filter(effective_from__lte=on or authority.today()))
    version, text = found[0]
    return schemes.read_text(text, version)


def book(requests: Iterable[GateRequest] = ()) -> Book:
    """Return the versions that requests were judged by, and the one in force."""
    rules = current()
    wanted = {each.scheme_version for each in requests} - {rules.version}
    found = {rules.version: rules}
    if wanted:
        for version, text in _texts(Scheme.objects.filter(version__in=wanted)):
            found[version] = schemes.read_text(text, version)
    return Book(found, rules)


def has_open_requests() -> int:
    """Return how many requests are open: what a change of the gates may void."""
    return GateRequest.objects.filter(state=RequestState.OPEN).count()


def _texts(rows: "QuerySet[Scheme]") -> Sequence[tuple[int, str]]:
    """Return version and document as text, the latest first: what the reader of rules caches by."""
    text = Cast(F("document"), TextField())
    found = rows.annotate(text=text).order_by("-version").values_list("version", "text")
    return [(version, str(said)) for version, said in found]
