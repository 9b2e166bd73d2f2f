"""What the letter of what is due says: names and links to the pages, never a figure."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext

from accounts.letters import address_of
from accounts.models import Letter, Member
from accounts.queries import people
from accounts.rules.letters import Digest, Link, Section, Words
from core import tenancy
from core.tenancy import Actor
from governance.queries import docket, expiring, premises, rollbacks
from governance.queries.desk import RequestRow
from measures.queries import periods, work
from measures.queries.claims import ClaimRow
from measures.queries.periods import Ground
from measures.queries.work import Work
from reporting.rules import digest as digests
from steering.queries import escalations

NAMED = 10  # of each list, so that the letter can be read on a phone
HOLDS_AHEAD = timedelta(days=14)


def digest(letter: Letter) -> Words | None:
    """List what waits for a member as it is now; None where nothing does, or it is wanted no more.

    A letter that could not be sent in its own period is not sent in the next one.
    """
    member = people.members().filter(pk=letter.member_id or 0).first()
    if member is None or not _is_wanted(member, letter):
        return None
    actor, slug = people.actor_of(member), member.organization.slug
    with tenancy.seeing(actor):
        sections = _sections(actor, slug)
    shown = tuple(each for each in sections if each is not None)
    if not shown:
        return None
    return Words(
        subject=gettext("What is due for you at %(organization)s")
        % {"organization": people.profile().name},
        paragraphs=(gettext("Hello %(name)s, this waits for you:") % {"name": member.name},),
        action=Link(gettext("Open my work"), address_of("measures:my_work", slug=slug)),
        sections=shown,
        footer=gettext("This letter comes %(how_often)s. Choose how often it comes: %(where)s")
        % {"how_often": member.digest, "where": address_of("hierarchy:my_letters", slug=slug)},
    )


def _sections(actor: Actor, slug: str) -> list[Section | None]:
    ground = periods.ground()
    found = work.of(actor, ground)
    return [
        _updates(found, slug),
        _votes(docket.mine(actor), slug),
        rolled_back(actor, slug),
        _claims(found.decisions, slug),
        _escalations(actor, slug),
        _holds(actor, ground, slug),
        _premises(actor, ground, slug),
    ]


def _is_wanted(member: Member, letter: Letter) -> bool:
    posted = letter.created_at.astimezone(ZoneInfo(people.time_zone()))
    period = digests.period(Digest(member.digest), posted)
    return letter.key == f"{period} {member.pk}"


def _section(heading: str, links: Sequence[Link], everything: str) -> Section | None:
    """Return a list with its first things named, and the rest behind one link; None if empty."""
    if not links:
        return None
    left = len(links) - NAMED
    more = ngettext("and %(count)s more", "and %(count)s more", left) % {"count": left}
    return Section(heading, tuple(links[:NAMED]), Link(more, everything) if left > 0 else None)


def _updates(found: Work, slug: str) -> Section | None:
    links = [
        Link(
            gettext("%(measure)s: forecast %(freshness)s")
            % {"measure": each.place.name, "freshness": each.freshness.value},
            _measure(each.place.public_id, slug),
        )
        for each in found.forecasts
    ]
    months = {(each.place.public_id, each.place.name, each.label): None for each in found.claims}
    links += [
        Link(
            gettext("%(measure)s: actuals of %(month)s") % {"measure": name, "month": label},
            _measure(public_id, slug),
        )
        for public_id, name, label in months
    ]
    links += [
        Link(
            gettext("%(measure)s: milestone “%(milestone)s” by %(day)s")
            % {
                "measure": each.place.name,
                "milestone": each.name,
                "day": each.plan_end.isoformat(),
            },
            _measure(each.place.public_id, slug),
        )
        for each in found.milestones
    ]
    everything = address_of("measures:my_work", slug=slug)
    return _section(gettext("Updates due from you"), links, everything)


def _votes(waiting: Iterable[RequestRow], slug: str) -> Section | None:
    links = [
        Link(
            f"{row.measure}: {row.gate}",
            address_of("governance:request", slug=slug, asked=row.address),
        )
        for row in waiting
    ]
    everything = address_of("governance:gate_desk", slug=slug)
    return _section(gettext("Gates that wait for your vote"), links, everything)


def rolled_back(actor: Actor, slug: str) -> Section | None:
    """List the roll-backs that wait for a member to confirm them."""
    links = [
        Link(
            gettext("%(measure)s: proposed by %(name)s")
            % {"measure": each.measure.node.name, "name": by},
            _measure(each.measure.node.public_id, slug),
        )
        for each, by in rollbacks.waiting_for(actor)
    ]
    everything = address_of("governance:gate_desk", slug=slug)
    return _section(gettext("Roll-backs that wait for you"), links, everything)


def _claims(waiting: Iterable[ClaimRow], slug: str) -> Section | None:
    everything = address_of("governance:approval_desk", slug=slug)
    months = {(row.measure, row.label): None for row in waiting}
    links = [
        Link(
            gettext("%(measure)s: actuals of %(month)s") % {"measure": measure, "month": label},
            everything,
        )
        for measure, label in months
    ]
    return _section(gettext("Claims that wait for your approval"), links, everything)


def _escalations(actor: Actor, slug: str) -> Section | None:
    links = [
        Link(
            gettext("%(measure)s: decide by %(day)s")
            % {"measure": row.measure, "day": row.due_on.isoformat()},
            address_of("steering:escalation", slug=slug, escalation=row.public_id),
        )
        for row in escalations.for_me(actor)
    ]
    everything = address_of("steering:decisions", slug=slug)
    return _section(gettext("Escalations for you to decide"), links, everything)


def _holds(actor: Actor, ground: Ground, slug: str) -> Section | None:
    links = [
        Link(
            gettext("%(measure)s: hold ends on %(day)s")
            % {"measure": row.measure, "day": row.expires_on.isoformat()},
            _measure(row.public_id, slug),
        )
        for row in expiring.for_me(actor, ground.today + HOLDS_AHEAD)
    ]
    everything = address_of("measures:my_work", slug=slug)
    return _section(gettext("Holds that end soon"), links, everything)


def _premises(actor: Actor, ground: Ground, slug: str) -> Section | None:
    ahead = ground.today + timedelta(days=ground.numbers.look_ahead_days)
    links = [
        Link(
            gettext("%(measure)s: to be checked by %(day)s")
            % {"measure": row.measure, "day": row.check_on.isoformat()},
            _measure(row.public_id, slug),
        )
        for row in premises.due(actor, ahead)
    ]
    everything = address_of("measures:my_work", slug=slug)
    return _section(gettext("Premises to check"), links, everything)


def _measure(public_id: object, slug: str) -> str:
    return address_of("measures:measure", slug=slug, measure=public_id)
