"""The active organization: context lives in one database transaction and ends with it."""

import functools
import json
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import ParamSpec, TypeVar, cast
from uuid import UUID, uuid4

import psycopg
from django.db import DatabaseError, connection, transaction

from core.errors import (
    Busy,
    DomainError,
    GuardRefused,
    TenantMissing,
    TenantMixed,
    ValueRefused,
)
from core.sight import EVERYTHING, POOL, Leaf, Sight, sight_of

P = ParamSpec("P")
R = TypeVar("R")

# Too long, out of range, no such day, bytes that are no text; None: psycopg itself found a NUL.
UNSTORABLE = {"22001", "22003", "22008", "22021", "22P05", None}
RETRIES = 3  # deadlocks and serialization failures: the whole service function runs again


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and in which organization. `member_id` None is Assay itself ("system").

    `acts_for_id` is the member a deputy stands in for: then it is that member's right that counts,
    and the duties of both that forbid (domain-rules §3).
    """

    organization_id: int
    member_id: int | None
    user_id: int | None = None
    name: str = "system"
    request_id: UUID = field(default_factory=uuid4)
    acts_for_id: int | None = None

    @property
    def is_system(self) -> bool:
        """True where no person acts but a worker or the clock."""
        return self.member_id is None

    @property
    def people(self) -> frozenset[int]:
        """Return who is behind the act: the member, and the one a deputy stands in for."""
        both = (self.member_id, self.acts_for_id)
        return frozenset(each for each in both if each is not None)


def system(organization_id: int) -> Actor:
    """Return Assay itself as the actor in one organization."""
    return Actor(organization_id=organization_id, member_id=None)


@dataclass(frozen=True, slots=True)
class Context:
    """What one transaction knows: the actor, the database's time, and whether it only reads.

    `sight` is what the actor does not read. Where the transaction only reads, the database itself
    cuts it off; one that writes meets every row, for guards and sums must, and asks `sight`.
    `answers` is what has been asked already in a transaction that only reads; see `once`.
    `present` is the context from which a past day was entered.
    """

    actor: Actor
    now: datetime
    is_reading: bool
    sight: Sight = EVERYTHING
    answers: dict[Hashable, object] = field(default_factory=dict, compare=False, repr=False)
    present: "Context | None" = field(default=None, compare=False, repr=False)


_active: ContextVar[Context | None] = ContextVar("assay_context", default=None)


def current() -> Context:
    """Return the context of this transaction; TenantMissing when there is none."""
    context = _active.get()
    if context is None:
        raise TenantMissing(
            "No organization is active: use tenancy.acting(actor) or tenancy.reading(actor)."
        )
    return context


def is_active() -> bool:
    """Tell whether an organization is active here."""
    return _active.get() is not None


def current_organization_id() -> int:
    """Return the active organization's id; the default of every tenant row's key."""
    return current().actor.organization_id


def once(question: Hashable, ask: Callable[[], R]) -> R:
    """Return the answer to a question that a page asks in many places, asked of the database once.

    Only in a transaction that reads one snapshot, where the answer cannot change; a transaction
    that writes asks each time.
    """
    context = current()
    if not context.is_reading:
        return ask()
    if question not in context.answers:
        context.answers[question] = ask()
    return cast("R", context.answers[question])


def once_today(question: Hashable, ask: Callable[[], R]) -> R:
    """Return the answer to a question about rights: that of today, whatever day is read."""
    present = current().present
    if present is None or question in present.answers:
        return once(question, ask) if present is None else cast("R", present.answers[question])
    with today():
        return once(question, ask)


@contextmanager
def acting(actor: Actor) -> Iterator[Context]:
    """Open the one transaction in which `actor` changes things; commits at the end.

    Inside an open `acting` of the same actor it joins it, so that a batch is one transaction.
    """
    context = _active.get()
    if context is not None:
        if context.is_reading or context.actor != actor:
            raise TenantMixed("This transaction belongs to another actor or only reads.")
        yield context
        return
    with transaction.atomic(durable=True):
        yield from _entered(actor, is_reading=False)


@contextmanager
def reading(actor: Actor) -> Iterator[Context]:
    """Open a read-only transaction with one snapshot, for a page or an answer.

    Inside an open context of the same organization it joins it.
    """
    context = _active.get()
    if context is not None:
        if context.actor.organization_id != actor.organization_id:
            raise TenantMixed("This transaction belongs to another organization.")
        yield context
        return
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield from _entered(actor, is_reading=True)


def _entered(actor: Actor, *, is_reading: bool) -> Iterator[Context]:
    now, sight = _set_context(actor)
    if is_reading:
        _cut_off(sight)
    token = _active.set(Context(actor, now, is_reading, sight))
    try:
        yield current()
    finally:
        _active.reset(token)


SIGHT = "assay_sight(nullif(%s, '')::bigint, nullif(%s, '')::bigint, %s)"
CONTEXT = (
    "SELECT set_config('app.organization', %s, true), set_config('app.actor', %s, true),"
    " set_config('app.user', %s, true), set_config('app.request', %s, true),"
    " set_config('app.acting_for', %s, true), assay_now(), "
) + SIGHT
"""The statement that hands a context to the database; its arguments are `context_of` an actor."""


def context_of(actor: Actor) -> list[str]:
    """Return what the database is told about an actor."""
    return [
        str(actor.organization_id),
        "" if actor.member_id is None else str(actor.member_id),
        "" if actor.user_id is None else str(actor.user_id),
        str(actor.request_id),
        "" if actor.acts_for_id is None else str(actor.acts_for_id),
        *_eyes(actor),
    ]


def _eyes(actor: Actor) -> list[str]:
    """Return the arguments of `SIGHT`: whose eyes see."""
    people = (actor.member_id, actor.acts_for_id)
    return [*("" if each is None else str(each) for each in people), str(POOL)]


def _set_context(actor: Actor) -> tuple[datetime, Sight]:
    """Hand the context to the database for this transaction; returns its time and the sight."""
    with connection.cursor() as cursor:
        cursor.execute(CONTEXT, context_of(actor))
        row = cursor.fetchone()
    assert row is not None  # noqa: S101 -- a SELECT without FROM always gives one row
    return row[5], _sight(row[6])


def _sight(found: str | None) -> Sight:
    if found is None:
        return EVERYTHING
    said = json.loads(found)
    leaves = [
        Leaf(row, node, tuple(reversed(above)), frozenset(kinds))  # stored from the nearest up
        for row, node, above, kinds in said["leaves"]
    ]
    return sight_of(leaves, said["pool"], said["opened"])


def _cut_off(sight: Sight) -> None:
    """Have the database's policies leave out what is not seen, until the transaction ends."""
    if sight.nodes:
        _set_cut(sight)


def _set_cut(sight: Sight) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CUT, [_array(each) for each in (sight.rows, sight.nodes, sight.sums)])


CUT = (
    "SELECT set_config('app.withheld_rows', %s, true),"
    " set_config('app.withheld_nodes', %s, true), set_config('app.withheld_sums', %s, true)"
)


def _array(ids: Iterable[int]) -> str:
    return "{" + ",".join(map(str, sorted(ids))) + "}"


@contextmanager
def seeing(actor: Actor) -> Iterator[None]:
    """See in this block only what `actor` may read, whoever's transaction it is.

    For what Assay itself writes to or about a member, such as a letter of what is due.
    """
    context = current()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SIGHT}", _eyes(actor))
        row = cursor.fetchone()
    sight = _sight(None if row is None else row[0])
    token = _active.set(replace(context, sight=sight, answers={}))
    _set_cut(sight)
    try:
        yield
    finally:
        _active.reset(token)
        if not connection.needs_rollback:
            _set_cut(context.sight if context.is_reading else EVERYTHING)


@contextmanager
def as_known_on(day: date, ends_at: datetime) -> Iterator[Context]:
    """Read in this block what was known when `day` ended, at `ends_at`; its time is that of then.

    Tables that have a view in schema `past` (core.tables.Past) are met as they stood; all others
    as they are. What the actor does not read is what was kept from them then or is now.
    """
    context = current()
    if not context.is_reading:
        raise TenantMixed("The past is only read.")
    with connection.cursor() as cursor:
        cursor.execute(PAST, [day.isoformat(), ends_at.isoformat(), *_eyes(context.actor), day])
        row = cursor.fetchone()
    hidden = _sight(None if row is None else row[2])
    sight = replace(context.sight, sums=context.sight.sums | hidden.sums, below=hidden.below)
    moment = ends_at - timedelta(microseconds=1)
    then = replace(context, now=moment, sight=sight, answers={}, present=context)
    token = _active.set(then)
    _cut_off(sight)
    try:
        yield then
    finally:
        _active.reset(token)
        if not connection.needs_rollback:
            _search("DEFAULT", context.sight)


@contextmanager
def today() -> Iterator[None]:
    """Read in this block what is known today, from inside a past day."""
    context = current()
    assert context.present is not None  # noqa: S101 -- nobody else needs to leave it
    token = _active.set(context.present)
    _search("DEFAULT", context.present.sight)
    try:
        yield
    finally:
        _active.reset(token)
        if not connection.needs_rollback:
            _search("past, public", context.sight)


PAST = (
    "SELECT set_config('app.as_of', %s, true), set_config('app.as_of_end', %s, true),"
    " assay_past_sight(nullif(%s, '')::bigint, nullif(%s, '')::bigint, %s, %s),"
    " set_config('search_path', 'past, public', true)"
)


def _search(schemas: str, sight: Sight) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL search_path TO {schemas}")
    _cut_off(sight)


@contextmanager
def as_user(user_id: int) -> Iterator[None]:
    """Open a read-only transaction that sees just the memberships of one user, for the way in."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute("SELECT set_config('app.user', %s, true)", [str(user_id)])
        yield


def lock_organization(purpose: str = "tree") -> None:
    """Take the organization's advisory lock until the transaction ends; first lock of all.

    `purpose` "tree" orders structural changes and roll-ups against one another.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))",
            [f"assay:{purpose}", current_organization_id()],
        )


def act(service: Callable[P, R]) -> Callable[P, R]:
    """Make a function with a keyword argument `actor` a governed act: one transaction of its own.

    Refusals of the database arrive as DomainError. Deadlocks are tried again, at most RETRIES
    times, because nothing of a rolled-back transaction remains.
    """

    @functools.wraps(service)
    def governed(*args: P.args, **kwargs: P.kwargs) -> R:
        actor = kwargs.get("actor")
        if not isinstance(actor, Actor):
            raise TypeError(f"{service.__name__} needs actor=Actor(...)")
        if is_active():
            with acting(actor):
                return service(*args, **kwargs)
        for remaining in reversed(range(RETRIES)):
            try:
                with acting(actor):
                    return service(*args, **kwargs)
            except DatabaseError as error:
                if remaining and _sqlstate(error) in {"40001", "40P01"}:
                    continue
                refusal = refusal_of(error)
                if refusal is None:
                    raise
                raise refusal from error
        raise Busy  # pragma: no cover -- the loop returns or raises

    return governed


def refusal_of(error: DatabaseError) -> DomainError | None:
    """Return the refusal behind an error of the database, or None for a real fault.

    Guards raise SQLSTATE GV0xx with the sentence as message and the code as detail.
    """
    state = _sqlstate(error)
    cause = error.__cause__
    if isinstance(cause, psycopg.DataError) and state in UNSTORABLE:
        return ValueRefused()
    if not isinstance(cause, psycopg.Error) or state is None:
        return None
    if state.startswith("GV"):
        return GuardRefused(
            sentence=cause.diag.message_primary or "", guard=cause.diag.message_detail or state
        )
    if state in {"55P03", "40001", "40P01"}:
        return Busy()
    if state in {"23505", "23514", "23503", "23P01"}:
        name = cause.diag.constraint_name or "constraint"
        return GuardRefused(
            sentence=f"The database refuses this: {name.replace('_', ' ')}.", guard=name
        )
    return None


def _sqlstate(error: DatabaseError) -> str | None:
    cause = error.__cause__
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None
