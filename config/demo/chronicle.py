"""Turns scripts into an agenda: who proposes, votes, claims, approves and reports on which day."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from accounts.rules.roles import Role
from config.demo import planning, running
from config.demo.book import Book
from config.demo.script import MeasureScript
from config.demo.timeline import Agenda
from governance.rules.default_scheme import DEFAULT
from measures.rules.calendar import Month
from measures.rules.stage import Stage

CLAIM_DAY, APPROVAL_DAY = 3, 7  # working days after month end


def passage(agenda: Agenda, book: Book, script: MeasureScript, lead: str) -> None:
    """Put down a measure's way from the proposal through each of its gates, by votes."""
    if script.proposed_on is None:
        return
    agenda.add(script.proposed_on, 9, script.owner, planning.propose(book, script))
    agenda.add(script.proposed_on, 10, lead, planning.name_people(book, script))
    agenda.add(script.proposed_on, 11, script.owner, planning.plan(book, script))
    for stage, day in script.gates.items():
        agenda.add(day, 12, script.owner, planning.request(book, script))
        for hour, voter in enumerate(_voters(stage, script, lead), start=13):
            agenda.add(day, hour, voter, planning.approve(book, script))
        for hour, voter in enumerate(_committee(book, stage), start=16):
            agenda.add(day, hour, voter, planning.approve_large(book, script))


def _voters(stage: Stage, script: MeasureScript, lead: str) -> list[str]:
    people = {Role.LEAD: lead, Role.SPONSOR: script.sponsor, Role.CONTROLLER: script.controller}
    return [people[vote.role] for vote in DEFAULT.gate_to(stage).votes]


def _committee(book: Book, stage: Stage) -> list[str]:
    """Return the steering committee where it decides about large measures."""
    if DEFAULT.gate_to(stage).steering is None:
        return []
    return [
        each.name
        for each in book.company.setting.people
        if any(role is Role.STEERING for role, _ in each.seats)
    ]


def months(agenda: Agenda, book: Book, scripts: Iterable[MeasureScript], today: date) -> None:
    """Put down every month's claims, one round a person, and their approval before the lock."""
    calendar = book.company.setting.calendar
    by_month: dict[Month, dict[str, list[MeasureScript]]] = defaultdict(lambda: defaultdict(list))
    controllers: dict[Month, set[str]] = defaultdict(set)
    for script in scripts:
        for month in {month for line in script.lines for month in line.claims}:
            by_month[month][script.owner].append(script)
            controllers[month].add(script.controller)
    for month, owners in sorted(by_month.items()):
        ended = calendar.last_day(month)
        for owner, theirs in owners.items():
            day = calendar.working.after(ended, CLAIM_DAY)
            agenda.add(day, 10, owner, running.claim(book, theirs, month))
        approved_on = calendar.working.after(ended, APPROVAL_DAY)
        if approved_on >= today:
            approved_on = calendar.working.after(ended, APPROVAL_DAY - 2)
        for controller in sorted(controllers[month]):
            agenda.add(approved_on, 14, controller, running.approve(book, controller, month))


def milestones(agenda: Agenda, book: Book, scripts: Iterable[MeasureScript], since: date) -> None:
    """Put down what was completed from `since` on; what was done before came with a take-over."""
    for script in scripts:
        for each in script.milestones:
            if each.done_on is not None and each.done_on >= since:
                deed = running.complete(book, script, each)
                agenda.add(each.done_on, 11, script.owner, deed)


def reports(agenda: Agenda, book: Book, scripts: Iterable[MeasureScript]) -> None:
    """Put down the last forecast that each owner gave, and the milestones that will be later."""
    for script in scripts:
        if script.reported_on is None:
            continue
        _report(agenda, book, script, script.reported_on)
        for each in script.milestones:
            if each.forecast_end is not None:
                deed = running.postpone(book, script, each)
                agenda.add(script.reported_on, 15, script.owner, deed)


def reports_of(agenda: Agenda, book: Book, day: date, scripts: Iterable[MeasureScript]) -> None:
    """Put down a forecast given on a day before the last one."""
    for script in scripts:
        if script.reported_on is not None and script.reported_on > day:
            _report(agenda, book, script, day)


def _report(agenda: Agenda, book: Book, script: MeasureScript, day: date) -> None:
    month = book.company.setting.calendar.month_of(day)
    agenda.add(day, 15, script.owner, running.report(book, script, month))
