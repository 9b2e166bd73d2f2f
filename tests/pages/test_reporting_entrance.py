"""The way in: everybody lands where their work is."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import people
from measures.services import proposals
from tests.factories.measures import a_planned_measure
from tests.factories.organizations import a_user, an_organization
from tests.pages.markup import read

HOMES = {
    "executive": "reporting:home",
    "steering": "reporting:home",
    "lead": "governance:gate_desk",
    "sponsor": "governance:gate_desk",
    "controller": "governance:approval_desk",
    "owner": "measures:my_work",
    "administrator": "hierarchy:administration",
}


@pytest.fixture(scope="module")
def halvern(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return an_organization()


def entering(user):
    client = Client()
    client.force_login(user)
    return client.get("/")


def test_a_stranger_is_asked_to_sign_in(db):
    response = Client().get("/")

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/")


@pytest.mark.parametrize(("role", "home"), HOMES.items())
def test_each_role_lands_where_its_work_is(db, halvern, role, home):
    response = entering(halvern.user(role))

    assert response.status_code == 302
    assert response["Location"] == reverse(home, kwargs={"slug": halvern.slug})


def test_who_has_several_roles_starts_at_the_portfolio_before_any_desk(db):
    organization = an_organization()
    organization.seat(organization.actor("owner"), "executive")

    response = entering(organization.user("owner"))

    assert response["Location"] == reverse("reporting:home", kwargs={"slug": organization.slug})


def test_who_has_no_seat_but_owns_a_measure_lands_at_their_work(db):
    organization = an_organization()
    newcomer = organization.newcomer()
    subject = a_planned_measure(organization)
    proposals.name_people(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        version=subject.measure().version,
        owner_id=newcomer.member_id,
        sponsor_id=subject.id_of("sponsor"),
        controller_id=subject.id_of("controller"),
    )

    response = entering(_user_of(newcomer))

    assert response["Location"] == reverse("measures:my_work", kwargs={"slug": organization.slug})


def test_who_has_no_seat_at_all_is_told_who_can_give_one(db, halvern):
    newcomer = halvern.newcomer()
    client = Client()
    client.force_login(_user_of(newcomer))

    page = read(client.get("/", follow=True))

    assert "An administrator can give you one: Ada Administrator." in page.one("main").text


def test_who_belongs_to_several_organizations_chooses_one(db):
    first, second = an_organization(name="Halvern Group"), an_organization(name="Hospital Group")
    user = first.user("executive")
    people.add(actor=second.actor("administrator"), name="E. P.", email=user.email, password="x")

    page = read(entering(user))

    links = {link.text: link.attributes["href"] for link in page.one("main").all("a")}
    assert links == {
        "Halvern Group": f"/o/{first.slug}/",
        "Hospital Group": f"/o/{second.slug}/",
    }


def test_who_belongs_nowhere_is_told_what_to_do(db):
    user = a_user("nobody@nowhere.example")

    response = entering(user)

    assert response.status_code == 200
    assert "You belong to no organization yet" in read(response).one("h1").text
    assert "nobody@nowhere.example" in read(response).one("main").text


def _user_of(actor):
    return User.objects.get(pk=actor.user_id)
