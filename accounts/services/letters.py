"""The way out for every e-mail: kept in the transaction that wants it, sent by a worker, once."""

import functools
import smtplib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from accounts.models import Letter, Member
from accounts.rules.letters import FIRST_RETRY, PATIENCE, Outcome, Words, wait_after
from core import queue, tenancy
from core.tenancy import Actor

Composer = Callable[[Letter], Words | None]

KEPT = timedelta(days=90)  # how long it is known to whom a letter went
BREAK = 30.0  # seconds in which a server that did not answer is not asked again
PERMANENT = 500  # SMTP: from this code on a server will not take the letter later either


@dataclass(slots=True)
class _Server:
    """What this process knows of the mail server: until when it is left alone."""

    left_alone_until: float = 0.0

    def take_a_break(self) -> None:
        self.left_alone_until = time.monotonic() + BREAK

    def is_on_a_break(self) -> bool:
        return time.monotonic() < self.left_alone_until


_server = _Server()


def post(
    *,
    kind: str,
    key: str,
    address: str,
    member_id: int | None = None,
    subject_id: int | None = None,
) -> bool:
    """Put a letter into the outbox of the running transaction; False if it is there already.

    `kind` names its composer in `config/subscriptions.py`, which finds the words when it is sent.
    """
    now = tenancy.current().now
    letter, is_new = Letter.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={
            "address": address,
            "member_id": member_id,
            "subject_id": subject_id,
            "created_at": now,
            "next_at": now + FIRST_RETRY,
        },
    )
    if is_new:
        queue.send_after_commit("accounts.tasks.send_letter", letter_id=letter.pk)
    return is_new


def post_to_all(*, kind: str, recipients: Iterable[tuple[str, Member]]) -> None:
    """Put a letter for each (key, member) into the outbox; the sweep sends them by and by."""
    now = tenancy.current().now
    Letter.objects.bulk_create(
        (
            Letter(
                kind=kind,
                key=key,
                address=member.email,
                member=member,
                created_at=now,
                next_at=now,
            )
            for key, member in recipients
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )


def deliver(*, actor: Actor, letter_id: int) -> Outcome:
    """Send one letter and say what became of it; WAITING when it goes again later.

    The letter is held while it is sent, so that two workers never send it; only a worker that is
    killed between the server's yes and its own commit sends it twice, under the same Message-ID.
    """
    if _server.is_on_a_break():
        return Outcome.WAITING
    with tenancy.acting(actor) as context:
        letter = (
            Letter.objects.select_for_update(skip_locked=True)
            .filter(pk=letter_id, ended_at__isnull=True)
            .first()
        )
        if letter is None:
            return Outcome.WAITING
        outcome, letter.last_error = _sent(letter)
        if outcome is Outcome.WAITING and context.now - letter.created_at > PATIENCE:
            outcome = Outcome.REFUSED
        letter.outcome = outcome
        letter.ended_at = context.now if outcome else None
        letter.save(update_fields=["outcome", "ended_at", "last_error"])
    return outcome


def due(*, actor: Actor, limit: int = 200) -> list[int]:
    """Return the letters whose time has come, and put the next time off, each time longer."""
    with tenancy.acting(actor) as context:
        rows = Letter.objects.select_for_update(skip_locked=True).filter(
            ended_at__isnull=True, next_at__lte=context.now
        )
        found = list(rows.order_by("next_at", "pk")[:limit])
        for letter in found:
            letter.attempts += 1
            letter.next_at = context.now + wait_after(letter.attempts)
            letter.save(update_fields=["attempts", "next_at"])
    return [letter.pk for letter in found]


def forget_old(*, actor: Actor) -> None:
    """Forget to whom letters went that ended long ago."""
    with tenancy.acting(actor) as context:
        Letter.objects.filter(ended_at__lt=context.now - KEPT).delete()


@functools.cache
def composers() -> Mapping[str, Composer]:
    """Return the table kind of letter -> what finds its words."""
    table: Mapping[str, str] = import_string(settings.LETTERS)
    return {kind: import_string(path) for kind, path in table.items()}


def message_of(letter: Letter, words: Words) -> EmailMultiAlternatives:
    """Return a letter's words set as plain text and as simple HTML."""
    message = EmailMultiAlternatives(
        subject=" ".join(words.subject.split()),
        body=render_to_string("letters/letter.txt", {"words": words}),
        to=[letter.address],
        headers={
            "Message-ID": f"<letter-{letter.pk}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2]}",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(
        render_to_string("letters/letter.html", {"words": words}), "text/html"
    )
    return message


def _sent(letter: Letter) -> tuple[Outcome, str]:
    """Try to send a letter; returns what became of it and what the server said."""
    words = composers()[letter.kind](letter)
    if words is None:
        return Outcome.NEEDLESS, ""
    try:
        message_of(letter, words).send()
    except smtplib.SMTPRecipientsRefused as refusal:
        return _refused(*next(iter(refusal.recipients.values())))
    except smtplib.SMTPDataError as refusal:
        return _refused(refusal.smtp_code, refusal.smtp_error)
    except OSError as silence:  # all else that smtplib raises is one, too
        _server.take_a_break()
        return Outcome.WAITING, str(silence)
    return Outcome.SENT, ""


def _refused(code: int, answer: bytes | str) -> tuple[Outcome, str]:
    """Return what follows from the server's no to this one letter."""
    said = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return (Outcome.REFUSED if code >= PERMANENT else Outcome.WAITING), f"{code} {said}"
