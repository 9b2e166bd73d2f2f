"""What browsers send to pages that no page asks for: each is refused in words, never a fault."""

import pytest

from accounts.models import ApiToken
from audit.models import IdempotencyKey
from core import tenancy
from measures.models import ActualClaim, Comment, Measure, Milestone
from measures.rules.lines import Series
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization
from tests.pages.measures_reader import cell, place, reader, sheet
from tests.pages.visitors import visitor

NUL, HUGE, DIGITS = "a\x00b", "9" * 5000, "99999999999999999999"
LONG = "x" * 1_000_000


@pytest.fixture
def subject(clock_at):
    clock_at(YEAR, 5, 4)
    return a_decided_measure()


def rows(subject, model):
    with tenancy.reading(subject.actor("lead")):
        return list(model.objects.filter(measure_id=subject.measure_id))


@pytest.mark.parametrize("text", [NUL, LONG, "", " \u200b\u202e "[:1]])
def test_a_comment_that_cannot_be_kept_is_refused(subject, text):
    answer = reader(subject.organization, "owner").post(
        f"{place(subject)}comments/", {"text": text}
    )

    assert answer.status_code == 422
    assert rows(subject, Comment) == []


@pytest.mark.parametrize("reason", [NUL, LONG])
def test_a_reason_that_cannot_be_kept_decides_nothing(subject, reason):
    claim = subject.claim(4, 9000)
    controller = visitor(subject.organization, "controller")

    answers = [
        controller.post(f"approvals/{act}/", claim=claim.pk, reason=reason)
        for act in ("approve", "reject")
    ]

    assert [each.status_code for each in answers] == [422, 422]
    assert [each.state for each in rows(subject, ActualClaim)] == ["submitted"]


@pytest.mark.parametrize("key", [HUGE, DIGITS, "-1", "\u00b2", NUL, "abc", ""])
def test_a_key_that_names_nothing_changes_nothing(subject, key):
    owner, page = reader(subject.organization, "owner"), place(subject)
    claim = subject.claim(4, 9000)
    (milestone,) = rows(subject, Milestone)

    answers = [
        owner.post(f"{page}claims/withdraw/", {"claim": key}),
        owner.post(f"{page}milestones/complete/?milestone={milestone.pk}", {"version": key}),
        owner.post(f"{page}milestones/remove/", {"milestone": key, "version": "1"}),
        owner.post(f"{page}risks/close/", {"risk": key, "version": "1"}),
        owner.post(f"{page}dependencies/accept/", {"dependency": key, "version": "1"}),
        owner.post(f"{page}dependencies/add/", {"needs_id": key, "what": "Power"}),
        owner.post(f"{page}people/", {"owner_id": [key or "x", str(subject.id_of("owner"))]}),
        visitor(subject.organization, "controller").post("approvals/approve/", claim=key),
        visitor(subject.organization, "controller").post("approvals/take-overs/", take_over=key),
        visitor(subject.organization, "administrator").client.post(
            f"/o/{subject.organization.slug}/structure/relieve", {"seat": key}
        ),
        visitor(subject.organization, "administrator").client.post(
            f"/o/{subject.organization.slug}/structure/tokens/revoke", {"token": key}
        ),
    ]

    assert [each.status_code for each in answers if not 300 <= each.status_code < 500] == []
    assert [each.state for each in rows(subject, ActualClaim)] == [claim.state]
    assert rows(subject, Milestone) == [milestone]


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "1e3",
        "1E-9999999",
        "9" * 19,
        HUGE,
        "0.001",
        "12 USD",
        "1,2,3",
        NUL,
        "=1+1",
    ],
)
def test_a_cell_that_is_no_amount_is_refused_and_kept_for_its_writer(subject, text):
    owner, page = reader(subject.organization, "owner"), place(subject)
    before = subject.row(Series.FORECAST)
    fields = sheet(owner.see(page)) | {cell(subject, Series.FORECAST, 7): text}

    answer = owner.post(f"{page}value/save/", fields, is_fragment=True)

    assert answer.status_code == 422
    assert subject.row(Series.FORECAST) == before


@pytest.mark.parametrize("name", ["version-{}-forecast-2026", "cell-{}-forecast-2026-7"])
@pytest.mark.parametrize("line", [DIGITS, "0", "999999999999999999", "\u0663"])
def test_a_cell_of_a_line_that_is_not_there_is_left_aside(subject, name, line):
    owner, page = reader(subject.organization, "owner"), place(subject)
    before = subject.row(Series.FORECAST)
    fields = sheet(owner.see(page)) | {name.format(line): "1"}

    answer = owner.post(f"{page}value/save/", fields, is_fragment=True)

    assert 200 <= answer.status_code < 500
    assert subject.row(Series.FORECAST) == before


@pytest.mark.parametrize(
    "path",
    [
        "portfolio/{package}/?page={}",
        "portfolio/{package}/?group={}",
        "portfolio/{package}/?q={}&sort={}&implementation={}",
        "portfolio/{package}/made-of/plan/year/?page={}&group={}",
        "measures/all/?q={}",
        "measures/all/?stage={}&lifecycle={}&owner={}&sort={}&after={}&before={}",
        "measures/{own}/?year={}",
        "measures/{own}/claims/add/?line={}&month={}",
        "measures/{own}/dependencies/find/?q={}",
        "measures/{own}/milestones/revise/?milestone={}",
        "governance/gates/?page={}&gate={}&q={}&show={}",
        "governance/approvals/?within={}&under={}&month={}",
        "governance/approvals/?within=1E-9999999",
        "governance/ledger/?act={}&member={}&since={}&until={}",
        "governance/ledger/?measure={}",
        "governance/ledger/?before={}",
        f"governance/ledger/{DIGITS}/",
        "governance/measures/{own}/history/?before={}",
        "structure/nodes/{package}?find={}",
        "structure/number?key={}",
        "steering/?node={}",
    ],
)
def test_an_address_that_asks_for_nonsense_is_answered(shared, path):
    subject, browser = shared
    address = path.replace("{package}", str(subject.package.public_id)).replace(
        "{own}", str(subject.measure().node.public_id)
    )

    answers = [
        browser.client.get(f"/o/{subject.organization.slug}/{address.replace('{}', given)}")
        for given in ("a%00b", HUGE, "\u00b2")
    ]

    assert [each.status_code for each in answers if each.status_code >= 500] == []


@pytest.fixture(scope="module")
def once_made(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        subject = a_planned_measure()
        return subject, visitor(subject.organization, "administrator")


@pytest.fixture
def shared(once_made, db):
    return once_made


@pytest.mark.parametrize("key", [NUL, "k" * 5000])
def test_a_key_of_a_form_that_cannot_be_kept_is_refused(db, key):
    subject = a_planned_measure()
    owner = reader(subject.organization, "owner")

    answer = owner.post(f"{place(subject)}comments/", {"text": "Well.", "once": key})

    assert answer.status_code == 422
    assert rows(subject, Comment) == []


@pytest.mark.parametrize("path", ["structure/tokens", "structure/people"])
def test_a_secret_shown_once_is_kept_nowhere(db, path):
    organization = an_organization()
    administrator = visitor(organization, "administrator")
    address = f"/o/{organization.slug}/{path}"
    fields = {"name": "Robot", "email": f"robot@{organization.slug}.example", "once": "only"}

    first, again = (administrator.client.post(address, fields) for _ in range(2))

    assert (first.status_code, first["Cache-Control"]) == (200, "no-store")
    assert (again.status_code, again["Location"]) == (303, address)
    with tenancy.reading(organization.actor("administrator")):
        kept = IdempotencyKey.objects.get(key="only")
        tokens = ApiToken.objects.filter(name="Robot").count()
    assert kept.response_body == ""
    assert tokens == (1 if path.endswith("tokens") else 0)


def test_fields_that_a_form_does_not_have_are_left_aside(db):
    subject = a_planned_measure()
    other = an_organization()
    owner, before = reader(subject.organization, "owner"), subject.measure()
    fields = {
        "name": "Renamed", "description": "Other words.", "effect_type": "hard", "size": "",
        "version": before.version, "stage": "5", "lifecycle": "closed", "organization": other.id,
        "organization_id": other.id, "owner_id": "1", "controller_id": "1", "decided_on":
        "2020-01-01", "taken_over_on": "2020-01-01",
    }  # fmt: skip

    owner.post(f"{place(subject)}describe/", fields)

    after = subject.measure()
    assert after.node.name == "Renamed"
    for name in ("stage", "lifecycle", "organization_id", "owner_id", "controller_id",
                 "decided_on", "taken_over_on"):  # fmt: skip
        assert getattr(after, name) == getattr(before, name)
    with tenancy.reading(other.actor("lead")):
        assert not Measure.objects.exists()
