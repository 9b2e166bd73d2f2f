"""Letters by a real mail server: kept with the act, sent once, tried again, given up in words."""

from dataclasses import replace

import pytest
from django.conf import settings as django_settings

from accounts.models import Letter
from accounts.rules.letters import Link, Outcome, Section, Words
from accounts.services import letters
from config.mail import server_at
from core import tenancy
from tests import mail_server
from tests.factories.organizations import an_organization

WORDS = Words(
    subject="Due\nthis week",
    paragraphs=("Grüß Gott <b>Ana</b>,",),
    action=Link("My work", "https://assay.example.org/o/halvern/measures/"),
    sections=(Section("Updates", (Link("Freight & tender", "https://a.example/1"),)),),
    footer="You chose weekly letters.",
)


@pytest.fixture
def post_office(db, settings, monkeypatch):
    """A mail server of the environment, and a kind of letter that says WORDS."""
    monkeypatch.setattr(letters, "composers", lambda: {"note": lambda letter: WORDS})
    monkeypatch.setattr(letters, "_server", letters._Server())
    with mail_server.running() as server:
        address = server_at(f"smtp://127.0.0.1:{server.port}")
        settings.ENVIRONMENT = replace(django_settings.ENVIRONMENT, mail_server=address)
        settings.EMAIL_BACKEND = "config.mail_backends.ServerBackend"
        settings.DEFAULT_FROM_EMAIL = "Assay <assay@assay.example.org>"
        yield server


@pytest.fixture
def halvern(db):
    return an_organization()


def posted(halvern, key="1", address="ana@example.org") -> Letter:
    with tenancy.acting(tenancy.system(halvern.id)):
        letters.post(kind="note", key=key, address=address)
        return Letter.objects.get(kind="note", key=key)


def delivered(halvern, letter) -> Outcome:
    return letters.deliver(actor=tenancy.system(halvern.id), letter_id=letter.pk)


def again(halvern, letter) -> Letter:
    with tenancy.reading(tenancy.system(halvern.id)):
        return Letter.objects.get(pk=letter.pk)


def test_a_letter_reaches_the_server_as_text_and_as_html(post_office, halvern):
    letter = posted(halvern)

    outcome = delivered(halvern, letter)
    recipients, message = post_office.letter()

    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    page = message.get_body(("html",)).get_content()
    assert (outcome, recipients) == (Outcome.SENT, ["ana@example.org"])
    assert (message["Subject"], message["From"]) == (
        "Due this week",
        "Assay <assay@assay.example.org>",
    )
    assert "Grüß Gott <b>Ana</b>," in text
    assert "- Freight & tender\n  https://a.example/1" in text
    assert "Grüß Gott &lt;b&gt;Ana&lt;/b&gt;," in page
    assert '<a href="https://a.example/1">Freight &amp; tender</a>' in page


def test_a_letter_goes_once_however_often_it_is_asked_for_and_delivered(post_office, halvern):
    first, second = posted(halvern), posted(halvern)

    outcomes = [delivered(halvern, first), delivered(halvern, second)]
    post_office.letter()

    assert first.pk == second.pk
    assert outcomes == [Outcome.SENT, Outcome.WAITING]
    assert post_office.is_empty()


def test_a_letter_of_an_act_that_failed_is_not_there(post_office, halvern):
    @tenancy.act
    def failing(*, actor):
        letters.post(kind="note", key="1", address="ana@example.org")
        raise RuntimeError(actor)

    with pytest.raises(RuntimeError):
        failing(actor=tenancy.system(halvern.id))

    with tenancy.reading(tenancy.system(halvern.id)):
        assert not Letter.objects.exists()


def test_a_server_that_is_down_is_left_alone_and_the_letter_goes_later(
    post_office, halvern, settings, monkeypatch
):
    letter, up = posted(halvern), settings.ENVIRONMENT
    settings.ENVIRONMENT = replace(up, mail_server=server_at("smtp://127.0.0.1:1"))

    down = delivered(halvern, letter)
    settings.ENVIRONMENT = up
    on_a_break = delivered(halvern, letter)
    monkeypatch.setattr(letters, "_server", letters._Server())
    later = delivered(halvern, letter)

    assert (down, on_a_break, later) == (Outcome.WAITING, Outcome.WAITING, Outcome.SENT)
    assert post_office.letter()[0] == ["ana@example.org"]


def test_what_the_server_refuses_for_good_is_given_up_and_said(post_office, halvern):
    post_office.refuses["gone@example.org"] = "550 No such person here"
    letter = posted(halvern, address="gone@example.org")

    outcome = delivered(halvern, letter)

    kept = again(halvern, letter)
    assert (outcome, kept.last_error) == (Outcome.REFUSED, "550 No such person here")
    assert kept.ended_at is not None


def test_what_the_server_refuses_for_now_is_tried_again_each_time_later(
    post_office, halvern, clock_at
):
    clock_at(2026, 5, 4)
    post_office.refuses["busy@example.org"] = "450 Mailbox busy"
    letter, actor = posted(halvern, address="busy@example.org"), tenancy.system(halvern.id)

    outcome = delivered(halvern, letter)
    too_early = letters.due(actor=actor)
    clock_at(2026, 5, 5)
    due, once_more = letters.due(actor=actor), letters.due(actor=actor)

    kept = again(halvern, letter)
    assert (outcome, too_early, due, once_more) == (Outcome.WAITING, [], [letter.pk], [])
    assert (kept.attempts, kept.last_error) == (1, "450 Mailbox busy")


def test_a_letter_that_nobody_takes_for_three_days_is_given_up(post_office, halvern, clock_at):
    clock_at(2026, 5, 4)
    post_office.refuses["busy@example.org"] = "450 Mailbox busy"
    letter = posted(halvern, address="busy@example.org")

    clock_at(2026, 5, 8)
    outcome = delivered(halvern, letter)

    assert (outcome, again(halvern, letter).last_error) == (Outcome.REFUSED, "450 Mailbox busy")


def test_a_letter_with_nothing_to_say_is_not_sent(post_office, halvern, monkeypatch):
    monkeypatch.setattr(letters, "composers", lambda: {"note": lambda letter: None})
    letter = posted(halvern)

    assert delivered(halvern, letter) is Outcome.NEEDLESS
    assert post_office.is_empty()


def test_letters_are_forgotten_when_they_ended_long_ago(post_office, halvern, clock_at):
    clock_at(2026, 5, 4)
    sent, waiting = posted(halvern, "1"), posted(halvern, "2")
    delivered(halvern, sent)

    clock_at(2026, 8, 5)
    letters.forget_old(actor=tenancy.system(halvern.id))

    with tenancy.reading(tenancy.system(halvern.id)):
        assert list(Letter.objects.values_list("pk", flat=True)) == [waiting.pk]


def test_two_workers_do_not_send_the_same_letter(post_office, halvern, app_connection):
    letter = posted(halvern)
    raw = app_connection()
    raw.execute("SELECT set_config('app.organization', %s, true)", [str(halvern.id)])
    raw.execute("SELECT 1 FROM accounts_letter WHERE id = %s FOR UPDATE", [letter.pk])

    while_held = delivered(halvern, letter)
    raw.rollback()
    after = delivered(halvern, letter)

    assert (while_held, after) == (Outcome.WAITING, Outcome.SENT)
