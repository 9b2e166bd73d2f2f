"""What may become of one measure, written a second time as plain Python, from the papers alone.

Nothing of the product is used here: the state machine plays the same acts on both and compares.
Each method answers whether the act is lawful, and carries it out if it is.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

PEOPLE = (
    *("owner", "sponsor", "controller", "lead", "executive", "steering", "administrator"),
    *("second", "outsider"),
)
"""`second` may be named controller in place of the first; `outsider` holds nothing at all."""

VOTERS = {
    1: {"lead"},
    2: {"lead", "controller"},
    3: {"sponsor", "controller"},
    4: {"sponsor"},
    5: {"controller"},
}
SEATED = {"lead", "executive", "steering"}
HOLD_DAYS = 90


@dataclass
class Request:
    """An open request: its gate, who asked, what was shown, and who has voted in which role."""

    gate: int
    by: str
    shown: object
    votes: dict[str, str] = field(default_factory=dict)


@dataclass
class Model:
    """One measure and the people around it."""

    stage: int
    today: date
    is_done: bool
    is_proven: bool
    lifecycle: str = "active"
    controller: str = "controller"
    edits: int = 0
    request: Request | None = None
    claims: dict[int, tuple[str, str]] = field(default_factory=dict)
    deputy_until: date | None = None
    was_decided: bool = False
    giving_up: tuple[int, str] | None = None

    def __post_init__(self) -> None:
        self.was_decided = self.stage >= 3

    @property
    def has_ended(self) -> bool:
        """Tell whether nothing may change any more."""
        return self.lifecycle in {"closed", "cancelled"}

    def roles(self, who: str) -> set[str]:
        """Return what a person is here: by name, and as a lead by the seat."""
        named = {"owner": "owner", "sponsor": "sponsor", self.controller: "controller"}
        return {named[who]} if who in named else {who} & {"lead"}

    def shown(self) -> object:
        """Return what a request is bound to; the approved months only where they are closed."""
        approved = tuple(sorted(m for m, (state, _) in self.claims.items() if state == "approved"))
        gate = self.stage + 1
        return (gate, self.edits, self.controller, self.is_done, approved if gate == 5 else ())

    def is_stale(self) -> bool:
        """Tell whether the open request no longer says what was shown."""
        return self.request is not None and self.request.shown != self.shown()

    # --- Gates -------------------------------------------------------------------------------

    def submit(self, who: str) -> bool:
        """Owner or lead, the next gate, with its criteria met, and no other request standing."""
        if who not in {"owner", "lead"} or self.lifecycle != "active":
            return False
        if self.request is not None and not self.is_stale():
            return False
        gate = self.stage + 1
        if (gate == 4 and not self.is_done) or (gate == 5 and not self.is_proven):
            return False
        self.request = Request(gate, who, self.shown())
        return True

    def withdraw(self, who: str) -> bool:
        """Owner or lead, while it is open."""
        if who not in {"owner", "lead"} or self.has_ended or self.request is None:
            return False
        self.request = None
        return True

    def vote(self, who: str, choice: str) -> bool:
        """In one's own role, once, on what was shown, and never on one's own request."""
        asked = self.request
        if asked is None or self.has_ended or self.is_stale() or who == asked.by:
            return False
        wanted = self.roles(who) & VOTERS[asked.gate] - asked.votes.keys()
        if not wanted or who in asked.votes.values():
            return False
        if asked.gate == 5 and choice == "approve":
            return False  # a closing is approved by confirming it
        asked.votes[wanted.pop()] = who
        if choice == "return":
            self.request = None
        elif asked.votes.keys() == VOTERS[asked.gate]:
            self.stage, self.request, self.giving_up = asked.gate, None, None
            self.was_decided = self.was_decided or self.stage >= 3
        return True

    def confirm(self, who: str) -> bool:
        """The controller closes what was proposed, on exactly the figures there are."""
        asked = self.request
        if who != self.controller or self.has_ended or asked is None or asked.gate != 5:
            return False
        if self.is_stale() or not self.is_proven:
            return False
        self.stage, self.lifecycle, self.request, self.giving_up = 5, "closed", None, None
        return True

    # --- Lifecycle ---------------------------------------------------------------------------

    def hold(self, who: str, days: int) -> bool:
        """Lead, steering, executive, sponsor or controller, until a day within the limit."""
        if not (who in SEATED or self.roles(who) & {"sponsor", "controller"}):
            return False
        if self.lifecycle != "active" or not 0 < days <= HOLD_DAYS:
            return False
        self.lifecycle, self.request, self.giving_up = "on_hold", None, None
        return True

    def resume(self, who: str) -> bool:
        """As a hold, but not by the controller."""
        if who not in SEATED | {"sponsor"} or self.lifecycle != "on_hold":
            return False
        self.lifecycle = "active"
        return True

    def cancel(self, who: str) -> bool:
        """Steering, executive or sponsor, and for good."""
        if who not in {"steering", "executive", "sponsor"} or self.has_ended:
            return False
        self.lifecycle, self.request, self.giving_up = "cancelled", None, None
        return True

    # --- Giving a stage up -------------------------------------------------------------------

    def propose_roll_back(self, who: str, to: int) -> bool:
        """Sponsor or controller, to an earlier stage of what runs, one proposal at a time."""
        if who not in {"sponsor", self.controller} or self.lifecycle != "active":
            return False
        if to >= self.stage or self.giving_up is not None:
            return False
        self.giving_up = (to, who)
        return True

    def confirm_roll_back(self, who: str) -> bool:
        """The other of the two, of what was proposed since the measure stands there."""
        if who not in {"sponsor", self.controller} or self.giving_up is None:
            return False
        if who == self.giving_up[1]:
            return False
        self.stage, self.request, self.giving_up = self.giving_up[0], None, None
        return True

    def withdraw_roll_back(self, who: str) -> bool:
        """Either of the two, while it waits."""
        if who not in {"sponsor", self.controller} or self.giving_up is None:
            return False
        self.giving_up = None
        return True

    # --- Work --------------------------------------------------------------------------------

    def edit(self, who: str) -> bool:
        """Owner or lead change the plan until it is decided."""
        if who not in {"owner", "lead"} or self.has_ended or self.stage >= 3:
            return False
        self.edits += 1
        return True

    def name(self, who: str, controller: str) -> bool:
        """A lead names another controller, and the owner only before the decision."""
        if who not in {"owner", "lead"} or self.has_ended:
            return False
        if controller == self.controller:
            return True  # nothing is changed, and nobody minds
        if who == "owner" and self.was_decided:
            return False
        self.controller, self.request, self.giving_up = controller, None, None
        return True

    def claim(self, who: str) -> bool:
        """Owner or lead claim the month that runs, once, of what was decided ever."""
        month = self.today.month
        if who not in {"owner", "lead"} or self.has_ended or not self.was_decided:
            return False
        if month in self.claims and self.claims[month][0] != "rejected":
            return False
        self.claims[month] = ("submitted", who)
        return True

    def decide_claim(self, who: str, state: str, principal: str = "") -> bool:
        """The controller, or their deputy who has no duty of their own here, decides what waits."""
        month = self.today.month
        if self.has_ended or self.claims.get(month, ("", ""))[0] != "submitted":
            return False
        if principal:
            in_force = self.deputy_until is not None and self.today <= self.deputy_until
            if not in_force or principal != self.controller or who != "outsider":
                return False
        elif who != self.controller:
            return False
        self.claims[month] = (state, self.claims[month][1])
        return True

    def name_deputy(self, days: int) -> bool:
        """The first controller names the outsider for some days, unless they stand in already."""
        if self.deputy_until is not None and self.today <= self.deputy_until:
            return False
        self.deputy_until = self.today + timedelta(days=days)
        return True

    def revoke_deputy(self) -> bool:
        """What is in force is ended at once."""
        if self.deputy_until is None or self.today > self.deputy_until:
            return False
        self.deputy_until = None
        return True
