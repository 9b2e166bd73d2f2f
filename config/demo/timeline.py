"""The demo's time: a clock that only the owner of the database sets, and an agenda by day."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

import psycopg

from core import tenancy
from core.tenancy import Actor

Deed = Callable[[Actor], None]

SYSTEM = "Assay"  # the name under which workers stand on an agenda


class DemoClock:
    """Sets the time the database tells; from there on it ticks as usual."""

    def __init__(self, owner: psycopg.Connection) -> None:
        self._owner = owner

    def set(self, moment: datetime) -> None:
        """Make it `moment` (aware) for every transaction that begins from now on."""
        self._owner.execute(
            "UPDATE system_clock SET shift = %s::timestamptz - clock_timestamp()", [moment]
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    at: datetime
    who: str
    acting_for: str
    deed: Deed


@dataclass(slots=True)
class Agenda:
    """Deeds of people by day and hour; what one person does at one time is one transaction."""

    time_zone: str
    entries: list[_Entry] = field(default_factory=list)

    def add(self, day: date, hour: int, who: str, deed: Deed, acting_for: str = "") -> None:
        """Put down that somebody does something on a day at a full hour, also for another."""
        at = datetime.combine(day, time(hour), ZoneInfo(self.time_zone))
        self.entries.append(_Entry(at, who, acting_for, deed))

    def carry_out(
        self, clock: DemoClock, actors: dict[str, Actor], told: Callable[[date], None]
    ) -> None:
        """Do everything in order of time; `told` hears of each new day."""
        # Sorting is stable: what one person does at one hour keeps the order it was put down in.
        self.entries.sort(key=lambda entry: (entry.at, entry.who, entry.acting_for))
        day = None
        for (at, who, whom), deeds in groupby(
            self.entries, key=lambda entry: (entry.at, entry.who, entry.acting_for)
        ):
            if at.date() != day:
                day = at.date()
                told(day)
            clock.set(at)
            principal = actors[whom].member_id if whom else None
            actor = replace(actors[who], acts_for_id=principal)
            with tenancy.acting(actor):
                for entry in deeds:
                    entry.deed(actor)
