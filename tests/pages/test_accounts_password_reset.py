"""A forgotten password: the same answer for everybody, a letter for who is known, a link once."""

from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import letters
from accounts.models import Letter, User
from accounts.services import people
from audit.models import Event
from core import tenancy
from tests.factories.organizations import PASSWORD, a_user, an_organization
from tests.pages.markup import read

NEW = "quite another long password"


@pytest.fixture
def halvern(db):
    cache.clear()  # the limits of other tests are not ours
    return an_organization()


def ask(email):
    return Client().post(reverse("account_reset_password"), {"email": email}, follow=True)


def test_signing_in_leads_to_a_new_password_by_one_link(db):
    page = read(Client().get(reverse("account_login")))

    way = reverse("account_reset_password")
    assert [each.text for each in page.all("a", href=way)] == ["Forgotten your password?"]
    assert [each.text for each in page.all("label")] == ["Email", "Password", "Keep me signed in"]


def posted(halvern):
    with tenancy.reading(tenancy.system(halvern.id)):
        return list(Letter.objects.filter(kind="password_reset").order_by("pk"))


def link(halvern):
    with tenancy.acting(tenancy.system(halvern.id)):
        words = letters.password_reset(Letter.objects.filter(kind="password_reset").latest("pk"))
    return None if words is None else words.action.url.removeprefix("http://127.0.0.1:8000")


def logged_in(user, password=PASSWORD):
    client = Client()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": password})
    return client if answer.status_code == HTTPStatus.FOUND else None


def set_by(address, password=NEW, again=None):
    client = Client()
    page = client.get(address, follow=True)
    sent_to = page.redirect_chain[-1][0]
    fields = {"password1": password, "password2": again or password}
    return client.post(sent_to, fields, follow=True)


def without_token(answer):
    lines = answer.content.decode().splitlines()
    return [line for line in lines if "csrf" not in line.lower()]


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(halvern):
    known, unknown = ask(halvern.user("owner").email), ask("nobody@people.example")

    assert (known.status_code, known.redirect_chain) == (HTTPStatus.OK, unknown.redirect_chain)
    assert without_token(known) == without_token(unknown)
    assert [letter.address for letter in posted(halvern)] == [halvern.user("owner").email]


def test_the_link_sets_a_new_password_once_ends_every_session_and_is_in_the_ledger(halvern):
    owner = halvern.user("owner")
    before = logged_in(owner)
    ask(owner.email)
    address = link(halvern)

    done, again = set_by(address), Client().get(address)

    home = reverse("measures:my_work", kwargs={"slug": halvern.slug})
    assert "Your new password is set" in done.content.decode()
    assert "This link works no more" in again.content.decode()
    assert before.get(home).status_code == HTTPStatus.FOUND
    assert (logged_in(owner), logged_in(owner, NEW) is None) == (None, False)
    with tenancy.reading(tenancy.system(halvern.id)):
        last = Event.objects.latest("seq")
    member = halvern.actor("owner").member_id
    assert (last.act, last.subject_id, last.actor_id) == ("password_reset", member, member)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 12 characters"),
        ("qwertyuiop123", "too common"),
        ("123456789012", "entirely numeric"),
        ("Owner Person", "too similar to the"),
    ],
)
def test_a_weak_password_is_refused_in_words(halvern, password, said):
    ask(halvern.user("owner").email)

    answer = set_by(link(halvern), password)

    assert said in answer.content.decode()
    assert halvern.user("owner").check_password(PASSWORD)


def test_a_letter_is_not_written_once_the_asking_is_too_long_ago(halvern, clock_at):
    clock_at(2026, 5, 4, 9)
    ask(halvern.user("owner").email)
    in_time = link(halvern)

    clock_at(2026, 5, 4, 11, 1)

    assert (in_time is None, link(halvern)) == (False, None)


def test_who_asks_for_many_letters_gets_the_same_answer_and_few_letters(halvern):
    answers = [ask(halvern.user("owner").email) for _ in range(4)]

    assert {each.status_code for each in answers} == {HTTPStatus.OK}
    assert len(posted(halvern)) == 3


def test_one_place_cannot_ask_without_end(halvern):
    answers = [ask(f"nobody{number}@people.example").status_code for number in range(22)]

    assert answers[19:] == [200, 429, 429]


def test_a_login_that_belongs_nowhere_or_is_barred_gets_no_letter(halvern):
    stranger = a_user()
    barred = halvern.user("lead")
    User.objects.filter(pk=barred.pk).update(is_active=False)

    answers = [ask(stranger.email), ask(barred.email)]

    assert [each.status_code for each in answers] == [HTTPStatus.OK, HTTPStatus.OK]
    assert posted(halvern) == []


def test_an_imported_member_gets_a_first_password_that_way(halvern):
    email = f"ivo@{halvern.slug}.example"
    people.add(actor=halvern.actor("administrator"), name="Ivo Imported", email=email)

    ask(email)
    set_by(link(halvern))

    assert logged_in(User.objects.get(email=email), NEW) is not None
