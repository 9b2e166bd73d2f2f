"""The page on which a member's duties are handed over, and the member leaves."""

import re
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from accounts.services import tokens
from core import tenancy
from measures.rules.stage import Stage
from tests.factories import governance
from tests.factories.organizations import PASSWORD, an_organization
from tests.pages.in_browser import WIDTHS, beyond, client_of, findings


@pytest.fixture
def halvern(clock_at):
    clock_at(2026, 5, 4, 9)
    return an_organization()


@pytest.fixture
def cases(halvern):
    return [governance.a_measure(Stage.DETAILED, halvern) for _ in range(2)]


def browser(halvern, role="administrator"):
    client = Client()
    login = {"login": halvern.user(role).email, "password": PASSWORD}
    client.post(reverse("account_login"), login)
    return client


def row(halvern, actor) -> Member:
    with tenancy.reading(tenancy.system(halvern.id)):
        return Member.objects.get(pk=actor.member_id)


def page_of(halvern, role):
    public_id = row(halvern, halvern.actor(role)).public_id
    return reverse("steering:hand_over", kwargs={"slug": halvern.slug, "member": public_id})


def owners(halvern, cases):
    with tenancy.reading(halvern.actor("lead")):
        return [each.measure().owner_id for each in cases]


def test_one_successor_for_all_and_another_for_one(halvern, cases):
    heir, other = halvern.newcomer(), halvern.newcomer()
    page, client = page_of(halvern, "owner"), browser(halvern)

    shown = client.get(page).content.decode()
    answer = client.post(
        page,
        {
            "all-owner": row(halvern, heir).email,
            f"owner-{cases[1].measure_id}": row(halvern, other).email.upper(),
            "reason": "A new team.",
        },
    )

    assert "<b>2</b> duties on live measures" in shown
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert owners(halvern, cases) == [heir.member_id, other.member_id]
    assert row(halvern, halvern.actor("owner")).leaves_on is None


def test_leaving_on_a_day(halvern, cases):
    heir = halvern.newcomer()
    client, page = browser(halvern), page_of(halvern, "owner")

    answer = client.post(
        page,
        {
            "all-owner": row(halvern, heir).email,
            "reason": "Retires.",
            "leaves_on": "2026-05-31",
        },
        follow=True,
    )
    member = client.get(page.replace("/steering/people/", "/structure/people/").rstrip("/"))

    assert "leaves on 2026-05-31; everything is handed over." in answer.content.decode()
    assert "31 May 2026" in member.content.decode()
    assert owners(halvern, cases) == [heir.member_id] * 2


def test_who_has_left_is_out_of_every_session_and_program_at_once(halvern):
    client, home = browser(halvern, "executive"), f"/o/{halvern.slug}/"
    secret = tokens.issue(
        actor=halvern.actor("executive"),
        member_id=halvern.actor("executive").member_id,
        name="Mine",
        may_write=False,
    )
    program = {"Authorization": f"Bearer {secret}"}
    api = f"/o/{halvern.slug}/api/v1/measures"
    before = client.get(home), Client().get(api, headers=program)

    browser(halvern).post(
        page_of(halvern, "executive"), {"reason": "Retires.", "leaves_on": "2026-05-04"}
    )
    after = client.get(home), Client().get(api, headers=program)

    assert [each.status_code for each in before] == [HTTPStatus.OK, HTTPStatus.OK]
    assert [each.status_code for each in after] == [HTTPStatus.NOT_FOUND, HTTPStatus.UNAUTHORIZED]


def test_the_list_of_people_says_who_leaves(halvern):
    client = browser(halvern)
    client.post(page_of(halvern, "executive"), {"reason": "Retires.", "leaves_on": "2026-05-31"})

    shown = client.get(f"/o/{halvern.slug}/structure/people").content.decode()

    assert "leaves on 31 May 2026" in re.sub(r"<[^>]+>", "", shown)


def test_a_leaving_with_a_gap_lists_the_measures(halvern, cases):
    answer = browser(halvern).post(
        page_of(halvern, "owner"), {"reason": "Retires.", "leaves_on": "2026-05-31"}
    )

    with tenancy.reading(halvern.actor("lead")):
        names = [each.measure().node.name for each in cases]
    body = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert [f"{name}: owner" in body for name in names] == [True, True]


def test_a_successor_with_another_duty_is_refused_measure_by_measure(halvern, cases):
    fields = {"all-owner": halvern.user("sponsor").email, "reason": "A new team."}

    answer = browser(halvern).post(page_of(halvern, "owner"), fields)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.content.decode().count("cannot be owner and sponsor of one measure") == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reason": "A new team."}, "Name a successor for at least one measure."),
        (
            {"reason": "A new team.", "all-owner": "nobody@people.example"},
            "No member who stays has this address.",
        ),
        ({"all-owner": "nobody@people.example"}, "This field is required."),
    ],
)
def test_a_form_that_does_not_fit_comes_back(halvern, cases, fields, said):
    answer = browser(halvern).post(page_of(halvern, "owner"), fields)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.content.decode()
    assert owners(halvern, cases) == [halvern.actor("owner").member_id] * 2


def test_a_node_filters_what_is_shown(halvern, cases):
    with tenancy.reading(halvern.actor("lead")):
        package = cases[0].measure().node.parent
        name, other = (each.measure().node.name for each in cases)
    page = f"{page_of(halvern, 'owner')}?node={package.public_id}"

    shown = browser(halvern).get(page).content.decode()

    assert (f">{name}</a>" in shown, f">{other}</a>" in shown) == (True, False)


@pytest.mark.parametrize("role", ["lead", "owner", "executive"])
def test_nobody_but_an_administrator_opens_it(halvern, role):
    page, client = page_of(halvern, "sponsor"), browser(halvern, role)

    answers = [client.get(page), client.post(page, {"reason": "x"})]

    assert [each.status_code for each in answers] == [HTTPStatus.FORBIDDEN] * 2


def test_oneself_is_let_go_by_another(halvern):
    shown = browser(halvern).get(page_of(halvern, "administrator")).content.decode()

    assert "Another administrator lets you go." in shown
    assert 'name="leaves_on"' not in shown


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_at_every_width(visit, halvern, cases, scheme):
    governance.a_request(cases[0])
    page = visit(client_of(halvern.user("administrator")), scheme)

    page.goto(page_of(halvern, "sponsor"))

    assert findings(page) == []
    assert [beyond(page, width) for width in WIDTHS] == [0, 0, 0]
