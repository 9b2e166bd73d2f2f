"""What is filled in on the page of the calendar: the cut of years, holidays, closings."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from measures.forms import Days, House
from measures.rules.calendar import Month
from measures.rules.patterns import CalendarKind, Pattern, YearEnd
from measures.services.calendar import HolidayDraft
from measures.services.comments import LONGEST_TEXT
from measures.words import CALENDAR_KIND_NAMES, WEEKDAY_NAMES, YEAR_END_NAMES


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )


class CalendarForm(House):
    """How fiscal years are cut from one on."""

    from_year = forms.IntegerField(label=_("From fiscal year"), min_value=1990, max_value=2199)
    kind = forms.ChoiceField(label=_("Periods"), choices=list(CALENDAR_KIND_NAMES.items()))
    last_weekday = forms.TypedChoiceField(
        label=_("A year of weeks ends on a"), coerce=int, choices=list(WEEKDAY_NAMES.items())
    )
    year_end = forms.ChoiceField(
        label=_("Which one"),
        choices=list(YEAR_END_NAMES.items()),
        help_text=_("A 53rd week, where there is one, belongs to the last period."),
    )
    reason = _reason()

    @property
    def pattern(self) -> Pattern:
        """What was chosen."""
        said = self.cleaned_data
        return Pattern(
            said["from_year"],
            CalendarKind(said["kind"]),
            said["last_weekday"],
            YearEnd(said["year_end"]),
        )


class HolidaysForm(House):
    """A list of days on which nobody works, one a line, as it is pasted."""

    days = forms.CharField(
        label=_("Holidays, one a line"),
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The day as year-month-day, then its name: 2027-05-01, Labour Day."),
    )

    def clean_days(self) -> list[HolidayDraft]:
        """Read every line; all that cannot be read are named."""
        drafts, wrong = [], []
        for number, line in enumerate(self.cleaned_data["days"].splitlines(), start=1):
            if not line.strip():
                continue
            draft = _holiday(line)
            if draft is None:
                wrong.append(
                    _("Line %(number)d is no day and name: %(line)s")
                    % {
                        "number": number,
                        "line": line[:80],
                    }
                )
            else:
                drafts.append(draft)
        if wrong:
            raise forms.ValidationError([forms.ValidationError(each) for each in wrong])
        return drafts


def _holiday(line: str) -> HolidayDraft | None:
    day, _comma, name = line.replace(";", ",").replace("\t", ",").partition(",")
    try:
        read = date.fromisoformat(day.strip())
    except ValueError:
        return None
    return HolidayDraft(read, name.strip()) if name.strip() else None


class PeriodForm(House):
    """A period, chosen among those offered, and why it does not keep to its days."""

    reason = _reason()

    def __init__(self, *args: Any, offered: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        choice = forms.ChoiceField(label=_("Period"), choices=list(offered.items()))
        self.fields = {"period": choice, **self.fields}

    @property
    def month(self) -> Month:
        """The period that was chosen."""
        year, period = self.cleaned_data["period"].split("-")
        return Month(int(year), int(period))


class ReopenForm(PeriodForm):
    """A locked period, and until when it is open once more."""

    open_until = Days(label=_("Open until the end of"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(["period", "open_until", "reason"])


class WorkAgainForm(House):
    """A holiday to come that shall be none."""

    day = Days(label=_("Day"))
