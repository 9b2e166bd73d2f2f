"""Deadlines and months of the guards follow the calendar that the organization has set."""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# Guards run in one organization: its holidays are those of the context.
CALENDAR = f"""
CREATE OR REPLACE FUNCTION assay_working_day_after(day date, count integer) RETURNS date
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT assay_working_day(assay_organization(), day, count)
$$;

CREATE OR REPLACE FUNCTION assay_working_days_after(day date, days integer) RETURNS date
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT assay_working_day(assay_organization(), day, days)
$$;

CREATE OR REPLACE FUNCTION assay_month_begins(
  organization bigint, fiscal_year integer, period integer)
RETURNS date LANGUAGE sql STABLE {PINNED} AS $$
  SELECT p.first_day FROM assay_fiscal_periods(organization, fiscal_year) p
   WHERE p.period = assay_month_begins.period
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0018_numbers_by_two"),
        ("measures", "0014_calendar_guards"),
    ]
    operations = [migrations.RunSQL(CALENDAR)]
