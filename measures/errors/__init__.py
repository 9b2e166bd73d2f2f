"""Refusals about measures: people, plan, figures, claims, milestones, dependencies, evidence."""

from http import HTTPStatus

from core.errors import DomainError, StaleVersion


class SecondOwner(DomainError):
    """More than one person was named as owner."""

    code = "second_owner"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "A measure has exactly one owner, and {count} people were named. "
        "Choose the one who answers for it; the others can own milestones."
    )


class SamePerson(DomainError):
    """Two of owner, sponsor and controller would be one person."""

    code = "same_person"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "{person} cannot be {first} and {second} of one measure: owner, sponsor and controller "
        "are three different people. Name somebody else as {second}."
    )


class PersonNeeded(DomainError):
    """A stage that was reached needs the person who would be taken away."""

    code = "person_needed"
    status = HTTPStatus.CONFLICT
    message = "A measure that stands at {stage} has {role}. Name another person instead of none."


class MeasureEnded(DomainError):
    """The measure is closed or cancelled."""

    code = "measure_ended"
    status = HTTPStatus.CONFLICT
    message = "{measure} is {lifecycle}: nothing of it can be changed any more."


class PlanFrozen(DomainError):
    """Plan and baseline stand as they were decided."""

    code = "plan_frozen"
    status = HTTPStatus.CONFLICT
    message = (
        "The plan of {measure} was frozen when it was decided, so {what} cannot be changed. "
        "Say in the forecast what you expect now."
    )


class LineCommitted(DomainError):
    """A line that was decided once is taken away or made another, in a plan made anew."""

    code = "line_committed"
    status = HTTPStatus.CONFLICT
    message = (
        "{line} was decided once and stays what it is, so that nothing that was committed to "
        "disappears. Plan it anew, at 0 if nothing of it is left, and add other lines beside it."
    )


class ForecastNotOpen(DomainError):
    """A forecast before the measure was decided."""

    code = "forecast_not_open"
    status = HTTPStatus.CONFLICT
    message = "The forecast of {measure} opens when it is decided. Until then edit the plan."


class ActualFromClaimsOnly(DomainError):
    """An actual was to be written past its claim."""

    code = "actual_from_claims_only"
    status = HTTPStatus.CONFLICT
    message = "An actual comes from a claim that the controller approved. Claim the month instead."


class CellsRefused(DomainError):
    """Cells that could not be taken; `cells` are their sentences, all of them."""

    code = "cells_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{cells}"


class MonthClosed(DomainError):
    """A forecast for months that have ended."""

    code = "month_closed"
    status = HTTPStatus.CONFLICT
    message = (
        "{months}: the month has ended, its forecast stays as it was last given. "
        "Claim what came of it."
    )


class StaleFigures(StaleVersion):
    """Somebody else saved the same line and year first; `conflicts` show both values."""

    code = "stale_figures"
    message = (
        "Somebody else has saved since you opened the grid: {conflicts}. "
        "Nothing was overwritten: reload, compare, and save again."
    )


class NothingToForecast(DomainError):
    """A one-click act found no open month with a forecast."""

    code = "nothing_to_forecast"
    status = HTTPStatus.CONFLICT
    message = "{measure} has no forecast in an open month. Enter one in the value grid first."


class ClaimsNotOpen(DomainError):
    """A claim before the measure was decided."""

    code = "claims_not_open"
    status = HTTPStatus.CONFLICT
    message = "Actuals of {measure} can be claimed once it is decided."


class MonthNotBegun(DomainError):
    """A claim for a month that lies ahead."""

    code = "month_not_begun"
    status = HTTPStatus.CONFLICT
    message = "{month} has not begun: nothing can have come of it yet. Put it into the forecast."


class MonthLocked(DomainError):
    """A claim for a month whose time to be claimed and approved is over."""

    code = "month_locked"
    status = HTTPStatus.CONFLICT
    message = (
        "{month} was locked after {locked_on}: no claim can be made for it any more. "
        "Correct it by a reversal entry, which is posted in the open month."
    )


class CalendarHasBegun(DomainError):
    """A calendar from a fiscal year on that runs or is over."""

    code = "calendar_has_begun"
    status = HTTPStatus.CONFLICT
    message = (
        "Figures have been given by the periods of fiscal year {year}, so its calendar stays. "
        "Change it from {first} on."
    )


class HolidayHasPassed(DomainError):
    """A day by which deadlines have been counted already."""

    code = "holiday_has_passed"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "Deadlines have been counted by these days already: {days}. Leave them out."


class PeriodNotToLock(DomainError):
    """A period that runs or is locked cannot be locked early."""

    code = "period_not_to_lock"
    status = HTTPStatus.CONFLICT
    message = "{period} {stage}: only a period that has ended and is not locked locks early."


class PeriodNotToReopen(DomainError):
    """A period that cannot be opened again."""

    code = "period_not_to_reopen"
    status = HTTPStatus.CONFLICT
    message = (
        "{period} cannot be opened again: {why}. Its owner corrects it by a reversal entry in the "
        "open period, which the controller approves."
    )


class NotToCorrect(DomainError):
    """An actual that no reversal entry can be posted for."""

    code = "not_to_correct"
    status = HTTPStatus.CONFLICT
    message = "{month} takes no correction: {why}."


class AlreadyClaimed(DomainError):
    """The month has a claim that waits or was approved."""

    code = "already_claimed"
    status = HTTPStatus.CONFLICT
    message = (
        "{month} of {line} has a claim already ({state}). One that still waits can be withdrawn "
        "and claimed again; an approved one is corrected with the claim of an open month."
    )


class ClaimNotWaiting(DomainError):
    """The claim has been decided or withdrawn meanwhile."""

    code = "claim_not_waiting"
    status = HTTPStatus.CONFLICT
    message = "The claim for {month} of {line} is {state}: only one that waits can be decided."


class OwnClaim(DomainError):
    """The controller would decide what they claimed themself."""

    code = "own_claim"
    status = HTTPStatus.FORBIDDEN
    message = (
        "Nobody decides a claim of their own, also not through a deputy: {month} of {line} was "
        "claimed by {who}."
    )


class MilestoneDone(DomainError):
    """The milestone was completed."""

    code = "milestone_done"
    status = HTTPStatus.CONFLICT
    message = "{milestone} was completed on {day}; that stays as it was recorded."


class NameTaken(DomainError):
    """A line or milestone of this name is there already."""

    code = "name_taken"
    status = HTTPStatus.CONFLICT
    message = "{measure} has a {what} named “{name}” already. Choose another name."


class DependencyCycle(DomainError):
    """The dependency would close a circle; `chain` are the measures in it."""

    code = "dependency_cycle"
    status = HTTPStatus.CONFLICT
    message = (
        "This would close a circle: {chain}. Two measures cannot wait for each other; "
        "remove one of these dependencies first."
    )


class DependencyTaken(DomainError):
    """The dependency is there already."""

    code = "dependency_taken"
    status = HTTPStatus.CONFLICT
    message = "{measure} already waits for {needs}."


class PeopleFixed(DomainError):
    """After Decided an owner names nobody any more."""

    code = "people_fixed"
    status = HTTPStatus.FORBIDDEN
    message = "Once a measure is decided, only the lead changes owner, sponsor or controller."


class EvidenceTooLarge(DomainError):
    """The file is larger than a file may be."""

    code = "evidence_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    message = "{file} has {size} MiB; at most {limit} MiB are taken. Attach an extract of it."


class EvidenceTypeRefused(DomainError):
    """The file is of no kind that is taken, or not what its name says."""

    code = "evidence_type_refused"
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    message = (
        "{file}: {problem} Taken are PDF, PNG, JPEG, Excel (.xlsx), Word (.docx), and CSV or "
        "plain text in UTF-8."
    )


class RateMissing(DomainError):
    """A figure of a foreign currency was to be shown in the organization's own, without a rate."""

    code = "rate_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "There is no {kind} rate for {currency} in {when}, and none is guessed. An administrator "
        "or a controller of the organization enters it under Administration › Rates."
    )


class DiscountRateMissing(DomainError):
    """A present value was asked for without the discount rate of its fiscal year."""

    code = "discount_rate_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "There is no discount rate for fiscal year {year}, so no present value is shown. An "
        "administrator or a controller of the organization enters it under Administration › Rates."
    )


class RatesRefused(DomainError):
    """Rates that cannot stand; `rows` are their sentences, all of them."""

    code = "rates_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "{rows}"


class UnlikeSum(DomainError):
    """Figures of two kinds were to be added."""

    code = "unlike_sum"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "These cannot be added: “{one}” and “{other}” differ in {why}. Ask for each of them alone."
    )


class NothingToSum(DomainError):
    """A sum was asked for without naming what of."""

    code = "nothing_to_sum"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "Name at least one group of figures: a sum without a group has no unit."


class SecretNeedsPeople(DomainError):
    """Without owner and sponsor nobody could name a reader."""

    code = "secret_needs_people"
    status = HTTPStatus.CONFLICT
    message = (
        "{measure} needs an owner and a sponsor before it becomes confidential: they name its "
        "readers. A lead or the owner names them in the head of its page."
    )


class AlreadyConfidential(DomainError):
    """The measure is confidential already."""

    code = "already_confidential"
    status = HTTPStatus.CONFLICT
    message = "{measure} is confidential already. Its readers are listed on its page."


class NotConfidential(DomainError):
    """The act is for a confidential measure, and this one is open."""

    code = "not_confidential"
    status = HTTPStatus.CONFLICT
    message = "{measure} is not confidential: everybody with a seat at it or above reads it."


class AlreadyReader(DomainError):
    """The member reads the measure already."""

    code = "already_reader"
    status = HTTPStatus.CONFLICT
    message = "{member} reads this measure already."


class OpeningTakesTwo(DomainError):
    """An opening that one person alone would propose and confirm."""

    code = "opening_takes_two"
    status = HTTPStatus.FORBIDDEN
    message = (
        "A confidential measure is opened by two: {first} proposed it, and {second} confirms it."
    )


class NotYoursToOpen(DomainError):
    """Neither of the two who open a confidential measure."""

    code = "not_yours_to_open"
    status = HTTPStatus.FORBIDDEN
    message = "A confidential measure is opened by its sponsor and its controller: {openers}."


class OpeningProposed(DomainError):
    """An opening is proposed already."""

    code = "opening_proposed"
    status = HTTPStatus.CONFLICT
    message = "{member} has proposed already to open this measure. Confirm that, or take it back."


class NoOpening(DomainError):
    """There is no proposal to confirm or to take back."""

    code = "no_opening"
    status = HTTPStatus.CONFLICT
    message = "Nobody has proposed to open {measure}. Propose it; the other one then confirms."
