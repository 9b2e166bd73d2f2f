"""Addresses of the measures' endpoints, below /o/<slug>/api/v1/."""

from django.urls import path

from measures.api import (
    budget,
    calendar,
    claims,
    lights,
    lines,
    measure,
    milestones,
    overlaps,
    rates,
    secrecy,
)

ONE = "measures/<uuid:measure>"

urlpatterns = [
    path("budget/lines", budget.BudgetLines.as_view(), name="budget-lines"),
    path("budget/months", budget.Reconciliation.as_view(), name="budget-months"),
    path("budget/files", budget.BudgetFiles.as_view(), name="budget-files"),
    path("rates", rates.RateList.as_view(), name="rates"),
    path("calendar/holidays", calendar.HolidaysToCome.as_view(), name="holidays"),
    path("calendar", calendar.FiscalYear.as_view(), name="calendar"),
    path("calendar/lock", calendar.LockPeriod.as_view(), name="period-lock"),
    path("calendar/reopen", calendar.ReopenPeriod.as_view(), name="period-reopen"),
    path("measures", measure.Measures.as_view(), name="measures"),
    path(ONE, measure.OneMeasure.as_view(), name="measure"),
    path(f"{ONE}/lights", lights.MeasureLights.as_view(), name="measure-lights"),
    path(f"{ONE}/people", measure.MeasurePeople.as_view(), name="measure-people"),
    path(f"{ONE}/confidentiality", secrecy.Secrecy.as_view(), name="confidentiality"),
    path(f"{ONE}/confidentiality/readers", secrecy.Readers.as_view(), name="readers"),
    path(
        f"{ONE}/confidentiality/readers/withdraw",
        secrecy.ReaderWithdrawals.as_view(),
        name="reader-withdraw",
    ),
    path(f"{ONE}/confidentiality/opening", secrecy.Openings.as_view(), name="opening"),
    path(
        f"{ONE}/confidentiality/opening/withdraw",
        secrecy.OpeningWithdrawals.as_view(),
        name="opening-withdraw",
    ),
    path(
        f"{ONE}/confidentiality/opening/confirm",
        secrecy.OpeningConfirmations.as_view(),
        name="opening-confirm",
    ),
    path(f"{ONE}/overlaps", overlaps.Overlaps.as_view(), name="overlaps"),
    path(
        f"{ONE}/overlaps/<int:overlap>/confirm",
        overlaps.OverlapConfirmations.as_view(),
        name="overlap-confirm",
    ),
    path(f"{ONE}/overlaps/<int:overlap>/end", overlaps.OverlapEnds.as_view(), name="overlap-end"),
    path(f"{ONE}/lines", lines.Lines.as_view(), name="lines"),
    path(f"{ONE}/lines/<int:line>", lines.OneLine.as_view(), name="line"),
    path(f"{ONE}/series", lines.MeasureSeries.as_view(), name="series"),
    path(
        f"{ONE}/lines/<int:line>/series/<slug:series>/<int:year>",
        lines.OneSeries.as_view(),
        name="one-series",
    ),
    path(f"{ONE}/claims", claims.Claims.as_view(), name="claims"),
    path(
        f"{ONE}/claims/<int:claim>/withdraw", claims.WithdrawClaim.as_view(), name="claim-withdraw"
    ),
    path(f"{ONE}/claims/<int:claim>/correct", claims.CorrectClaim.as_view(), name="claim-correct"),
    path("claims/approve", claims.ApproveClaims.as_view(), name="claims-approve"),
    path("claims/reject", claims.RejectClaims.as_view(), name="claims-reject"),
    path(f"{ONE}/milestones", milestones.Milestones.as_view(), name="milestones"),
    path(f"{ONE}/milestones/<int:milestone>", milestones.OneMilestone.as_view(), name="milestone"),
    path(
        f"{ONE}/milestones/<int:milestone>/forecast",
        milestones.MilestoneForecast.as_view(),
        name="milestone-forecast",
    ),
    path(
        f"{ONE}/milestones/<int:milestone>/complete",
        milestones.CompleteMilestone.as_view(),
        name="milestone-complete",
    ),
]
