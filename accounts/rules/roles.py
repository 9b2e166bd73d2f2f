"""The table of who may do what: each act, the seats that give it and the people of a measure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is: by a seat at a node (inherited downward), or named on one measure."""

    ADMINISTRATOR = "administrator"
    EXECUTIVE = "executive"
    LEAD = "lead"
    SPONSOR = "sponsor"
    CONTROLLER = "controller"
    OWNER = "owner"
    STEERING = "steering"


class Permission(StrEnum):
    """Every act a person can be allowed; the value reads after "You may not ...".

    Whether the act is possible *now* and whether two duties meet in one person are other
    questions: governance.rules.gates and accounts.rules.duties answer them.
    """

    VIEW = "view"
    COMMENT = "comment"
    USE_API = "use the API"
    VIEW_LEDGER = "read the ledger"
    EXPORT_LEDGER = "export the ledger"
    ADMINISTER_STRUCTURE = "administer the structure"
    ADMINISTER_PEOPLE = "administer people and seats"
    CHANGE_NUMBERS = "change the numbers of the rules"
    CHANGE_GATES = "change the gates"
    MAINTAIN_RATES = "maintain the rates of exchange and discount"
    MAINTAIN_BUDGET = "import the budget and what was booked"
    TAKE_OVER = "take over a running portfolio"
    SET_TARGET = "set a target"
    SET_ENVELOPE = "set a spending envelope"
    ASK_OVERSPEND = "ask for more than the envelope"
    DECIDE_OVERSPEND = "decide on more than the envelope"
    PROPOSE_MEASURE = "propose a measure"
    NAME_PEOPLE = "name owner, sponsor or controller"
    EDIT_MEASURE = "edit the measure and its plan"
    ENTER_FORECAST = "enter a forecast"
    UPDATE_MILESTONE = "update milestones, risks or dependencies"
    CLAIM_ACTUAL = "claim an actual"
    ATTACH_EVIDENCE = "attach evidence"
    APPROVE_ACTUAL = "approve or reject an actual"
    CLOSE_PERIOD = "lock a period or open it again"
    SUBMIT_GATE = "submit a gate"
    VOTE_GATE = "vote on a gate"
    HOLD = "put on hold"
    RESUME = "resume"
    EXTEND_HOLD = "extend a hold"
    CANCEL = "cancel"
    RESTORE = "restore what was cancelled"
    REJECT_PROPOSAL = "reject a proposal"
    PROPOSE_OVERLAP = "propose an overlap"
    CONFIRM_OVERLAP = "confirm or reverse an overlap"
    MAKE_CONFIDENTIAL = "make a measure confidential"
    NAME_READERS = "name the readers of a confidential measure"
    OPEN_CONFIDENTIAL = "open a confidential measure again"
    CONFIRM_CLOSURE = "confirm a closure"
    COUNTERSIGN_SHORTFALL = "countersign a shortfall"
    APPROVE_SHORTFALL = "approve a closing below half of its plan"
    REOPEN = "reopen a closed measure"
    ROLL_BACK = "roll a stage back"
    CHECK_SUSTAINMENT = "check whether a confirmed value lasts"
    CONFIRM_TAKE_OVER = "confirm a take-over"
    DECIDE_ESCALATION = "decide an escalation"
    VOID_PREMISE = "declare a premise void"


@dataclass(frozen=True, slots=True)
class Grant:
    """One row: who is given an act by a seat at the node or above it, and who as named on it."""

    permission: Permission
    seats: frozenset[Role]
    named: frozenset[Role]


ADMINISTRATOR, EXECUTIVE, LEAD = Role.ADMINISTRATOR, Role.EXECUTIVE, Role.LEAD
SPONSOR, CONTROLLER, OWNER, STEERING = Role.SPONSOR, Role.CONTROLLER, Role.OWNER, Role.STEERING

EVERYONE = frozenset(Role)
NAMED = frozenset({OWNER, SPONSOR, CONTROLLER})
NOBODY: frozenset[Role] = frozenset()


def _row(permission: Permission, seats: Iterable[Role], named: Iterable[Role]) -> Grant:
    return Grant(permission, frozenset(seats), frozenset(named))


# Domain-rules §3. An administrator keeps structure, people and numbers, and approves nothing.
# fmt: off
GRANTS: tuple[Grant, ...] = (
    #    act                              by a seat at the node        named on the measure
    _row(Permission.VIEW,                 EVERYONE,                    NAMED),
    _row(Permission.COMMENT,              EVERYONE,                    NAMED),
    _row(Permission.USE_API,              EVERYONE,                    NAMED),
    _row(Permission.VIEW_LEDGER,          EVERYONE - {SPONSOR, OWNER}, NAMED),
    _row(Permission.EXPORT_LEDGER,        {ADMINISTRATOR, CONTROLLER}, NOBODY),
    _row(Permission.ADMINISTER_STRUCTURE, {ADMINISTRATOR},             NOBODY),
    _row(Permission.ADMINISTER_PEOPLE,    {ADMINISTRATOR},             NOBODY),
    _row(Permission.CHANGE_NUMBERS,       {ADMINISTRATOR},             NOBODY),
    _row(Permission.CHANGE_GATES,         {ADMINISTRATOR},             NOBODY),
    _row(Permission.MAINTAIN_RATES,       {ADMINISTRATOR, CONTROLLER}, NOBODY),
    _row(Permission.MAINTAIN_BUDGET,      {ADMINISTRATOR, CONTROLLER}, NOBODY),
    _row(Permission.TAKE_OVER,            {ADMINISTRATOR},             NOBODY),
    _row(Permission.SET_TARGET,           {EXECUTIVE, LEAD},           NOBODY),
    _row(Permission.SET_ENVELOPE,         {EXECUTIVE, STEERING},       NOBODY),
    _row(Permission.ASK_OVERSPEND,        {LEAD, CONTROLLER},          NOBODY),
    _row(Permission.DECIDE_OVERSPEND,     {EXECUTIVE, STEERING},       NOBODY),
    _row(Permission.PROPOSE_MEASURE,      {LEAD, SPONSOR, OWNER},      NOBODY),
    _row(Permission.NAME_PEOPLE,          {LEAD},                      {OWNER}),
    _row(Permission.EDIT_MEASURE,         {LEAD},                      {OWNER}),
    _row(Permission.ENTER_FORECAST,       {LEAD},                      {OWNER}),
    _row(Permission.UPDATE_MILESTONE,     {LEAD},                      {OWNER}),
    _row(Permission.CLAIM_ACTUAL,         {LEAD},                      {OWNER}),
    _row(Permission.ATTACH_EVIDENCE,      {LEAD},                      {OWNER, CONTROLLER}),
    _row(Permission.APPROVE_ACTUAL,       NOBODY,                      {CONTROLLER}),
    _row(Permission.CLOSE_PERIOD,         {CONTROLLER},                NOBODY),
    _row(Permission.SUBMIT_GATE,          {LEAD},                      {OWNER}),
    _row(Permission.VOTE_GATE,            {LEAD, STEERING, EXECUTIVE}, {SPONSOR, CONTROLLER}),
    _row(Permission.HOLD,                 {LEAD, STEERING, EXECUTIVE}, {SPONSOR, CONTROLLER}),
    _row(Permission.RESUME,               {LEAD, STEERING, EXECUTIVE}, {SPONSOR}),
    _row(Permission.EXTEND_HOLD,          {LEAD, STEERING, EXECUTIVE}, NOBODY),
    _row(Permission.CANCEL,               {STEERING, EXECUTIVE},       {SPONSOR}),
    _row(Permission.RESTORE,              {LEAD},                      {SPONSOR}),
    _row(Permission.REJECT_PROPOSAL,      {LEAD},                      NOBODY),
    _row(Permission.PROPOSE_OVERLAP,      {LEAD, CONTROLLER},          NAMED),
    _row(Permission.CONFIRM_OVERLAP,      NOBODY,                      {SPONSOR, CONTROLLER}),
    _row(Permission.MAKE_CONFIDENTIAL,    {LEAD},                      {OWNER, SPONSOR}),
    _row(Permission.NAME_READERS,         NOBODY,                      {OWNER, SPONSOR}),
    _row(Permission.OPEN_CONFIDENTIAL,    NOBODY,                      NAMED),
    _row(Permission.CONFIRM_CLOSURE,      NOBODY,                      {CONTROLLER}),
    _row(Permission.COUNTERSIGN_SHORTFALL, NOBODY,                     {SPONSOR}),
    _row(Permission.APPROVE_SHORTFALL,    {STEERING},                  NOBODY),
    _row(Permission.REOPEN,               NOBODY,                      {SPONSOR, CONTROLLER}),
    _row(Permission.ROLL_BACK,            NOBODY,                      {SPONSOR, CONTROLLER}),
    _row(Permission.CHECK_SUSTAINMENT,    {CONTROLLER},                {CONTROLLER}),
    _row(Permission.CONFIRM_TAKE_OVER,    NOBODY,                      {SPONSOR, CONTROLLER}),
    _row(Permission.DECIDE_ESCALATION,    {LEAD, STEERING, EXECUTIVE}, NAMED),
    _row(Permission.VOID_PREMISE,         {LEAD},                      {SPONSOR, CONTROLLER}),
)
# fmt: on

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    role: frozenset(grant.permission for grant in GRANTS if role in grant.seats) for role in Role
}

MEASURE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    role: frozenset(grant.permission for grant in GRANTS if role in grant.named)
    for role in (OWNER, SPONSOR, CONTROLLER)
}

# What being named as a reader of a confidential measure allows, without any seat.
READER_PERMISSIONS = frozenset(
    {Permission.VIEW, Permission.COMMENT, Permission.USE_API, Permission.VIEW_LEDGER}
)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return what the seats of a person at one node, inherited ones included, allow together."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


def roles_named(*, is_owner: bool, is_sponsor: bool, is_controller: bool) -> frozenset[Role]:
    """Return the roles a person has by the columns of one measure."""
    flags = {OWNER: is_owner, SPONSOR: is_sponsor, CONTROLLER: is_controller}
    return frozenset(role for role, holds in flags.items() if holds)


def measure_permissions(
    *, is_owner: bool, is_sponsor: bool, is_controller: bool
) -> frozenset[Permission]:
    """Return what being named on one measure allows, besides what seats allow."""
    roles = roles_named(is_owner=is_owner, is_sponsor=is_sponsor, is_controller=is_controller)
    return frozenset().union(*(MEASURE_PERMISSIONS[role] for role in roles))


def seats_giving(permission: Permission) -> frozenset[Role]:
    """Return the seats that give an act: whom a refusal can send the person to."""
    return next(grant.seats for grant in GRANTS if grant.permission is permission)
