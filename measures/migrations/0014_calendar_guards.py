"""The calendar in the database: which day lies in which period, and which period takes claims.

The same rules as measures.rules.calendar, patterns and working_days; tests hold them equal. The
number in force is said by a function of governance, looked up as the guards run.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

WORKING_DAYS = f"""
CREATE FUNCTION assay_working_day(organization bigint, since date, count integer) RETURNS date
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT d::date FROM generate_series(since + 1, since + 2 * count + 4 + 2 * (
           SELECT count(*)::integer FROM measures_holiday h
            WHERE h.organization_id = organization AND h.removed_at IS NULL AND h.day > since
              AND h.day <= since + 4 * count + 40), interval '1 day') d
   WHERE extract(isodow FROM d) < 6 AND NOT EXISTS (
         SELECT 1 FROM measures_holiday h
          WHERE h.organization_id = organization AND h.removed_at IS NULL AND h.day = d::date)
   ORDER BY d OFFSET count - 1 LIMIT 1
$$;
"""

PERIODS = f"""
CREATE FUNCTION assay_calendar_pattern(organization bigint, year integer)
RETURNS measures_calendarpattern LANGUAGE sql STABLE {PINNED} AS $$
  SELECT p.* FROM measures_calendarpattern p
   WHERE p.organization_id = organization AND p.from_year <= year
   ORDER BY p.version DESC LIMIT 1
$$;

-- The end of a calendar month of a fiscal year that begins in the month `begins`.
CREATE FUNCTION assay_fiscal_month_ends(begins integer, year integer, period integer)
RETURNS date LANGUAGE sql IMMUTABLE {PINNED} AS $$
  SELECT (make_date(at.index / 12, at.index % 12 + 1, 1) + interval '1 month')::date - 1 FROM (
    SELECT year * 12 + period - 1 - (CASE WHEN begins = 1 THEN 0 ELSE 13 - begins END) AS index) at
$$;

CREATE FUNCTION assay_weeks_end(pattern measures_calendarpattern, month_end date) RETURNS date
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  SELECT month_end - CASE WHEN pattern.year_end = 'nearest' AND far.back > 3
                          THEN far.back - 7 ELSE far.back END
    FROM (SELECT (extract(isodow FROM month_end)::integer - pattern.last_weekday + 7) % 7 AS back)
         far
$$;

CREATE FUNCTION assay_period_ends(organization bigint, year integer, period integer) RETURNS date
LANGUAGE plpgsql STABLE {PINNED} AS $$
DECLARE
  begins integer;
  pattern measures_calendarpattern := assay_calendar_pattern(organization, year);
  ends date;
  lengths integer[];
  after_it integer := 0;
BEGIN
  SELECT p.fiscal_start_month INTO begins FROM accounts_profile p
   WHERE p.organization_id = organization;
  IF pattern.id IS NULL OR pattern.kind = 'months' THEN
    RETURN assay_fiscal_month_ends(begins, year, period);
  END IF;
  ends := assay_weeks_end(pattern, assay_fiscal_month_ends(begins, year, 12));
  IF period = 12 THEN
    RETURN ends;
  END IF;
  lengths := string_to_array(pattern.kind, '-')::integer[];
  FOR following IN period + 1 .. 12 LOOP
    after_it := after_it + lengths[(following - 1) % 3 + 1];
  END LOOP;
  -- A 53rd week belongs to the last period.
  after_it := after_it - 52
    + (ends - assay_weeks_end(pattern, assay_fiscal_month_ends(begins, year - 1, 12))) / 7;
  RETURN ends - 7 * after_it;
END $$;

-- The twelve periods of a fiscal year as rows, each beginning where the one before it ended.
CREATE FUNCTION assay_fiscal_periods(organization bigint, year integer)
RETURNS TABLE (period integer, first_day date, last_day date)
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT p, CASE WHEN p = 1 THEN assay_period_ends(organization, year - 1, 12)
                 ELSE assay_period_ends(organization, year, p - 1) END + 1,
         assay_period_ends(organization, year, p)
    FROM generate_series(1, 12) p
$$;

CREATE FUNCTION assay_fiscal_year(organization bigint, on_day date) RETURNS integer
LANGUAGE plpgsql STABLE {PINNED} AS $$
DECLARE year integer := extract(year FROM on_day)::integer - 1;
BEGIN
  WHILE assay_period_ends(organization, year, 12) < on_day LOOP
    year := year + 1;
  END LOOP;
  RETURN year;
END $$;

CREATE FUNCTION assay_period_stage(organization bigint, year integer, wanted integer) RETURNS text
LANGUAGE plpgsql STABLE {PINNED} AS $$
DECLARE
  today date := assay_today(organization);
  ends date := assay_period_ends(organization, year, wanted);
  latest measures_periodclose;
BEGIN
  IF today <= ends THEN
    RETURN 'open';
  END IF;
  SELECT * INTO latest FROM measures_periodclose c
   WHERE c.organization_id = organization AND c.fiscal_year = year AND c.period = wanted
     AND c.state IN ('locked', 'reopened') ORDER BY c.version DESC LIMIT 1;
  IF latest.state = 'locked' OR today > latest.open_until
     OR latest.id IS NULL AND today > assay_working_day(organization, ends,
          assay_number_in_force(organization, 'approval_deadline', 10)::integer) THEN
    RETURN 'locked';
  END IF;
  IF today > assay_working_day(organization, ends,
       assay_number_in_force(organization, 'claim_deadline', 5)::integer) THEN
    RETURN 'approving';
  END IF;
  RETURN 'claiming';
END $$;
"""

GUARDS = f"""
CREATE FUNCTION assay_holds_root_seat(organization bigint, wanted text) RETURNS boolean
LANGUAGE plpgsql {PINNED} AS $$
DECLARE day date := assay_today(organization);
BEGIN
  PERFORM 1 FROM hierarchy_seat s
     JOIN hierarchy_node n ON n.organization_id = s.organization_id AND n.id = s.node_id
     JOIN accounts_member p ON p.organization_id = s.organization_id AND p.id = s.member_id
   WHERE s.organization_id = organization AND s.member_id = assay_actor() AND n.parent_id IS NULL
     AND s.role = wanted AND s.valid_from <= day AND (s.valid_to IS NULL OR s.valid_to > day)
     AND p.left_on IS NULL FOR SHARE OF s;
  RETURN FOUND AND assay_acting_for() IS NULL;
END $$;

CREATE FUNCTION assay_refuse_calendar_of_others(organization bigint) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF NOT assay_holds_root_seat(organization, 'administrator') THEN
    RAISE EXCEPTION 'The calendar of an organization is kept by its administrators.'
      USING ERRCODE = 'GV103', DETAIL = 'not_an_administrator';
  END IF;
END $$;

CREATE FUNCTION assay_guard_calendar_pattern() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  PERFORM assay_refuse_calendar_of_others(NEW.organization_id);
  PERFORM pg_advisory_xact_lock(hashtextextended('assay:period', NEW.organization_id));
  IF NEW.from_year NOT BETWEEN 1990 AND 2199 OR (
       EXISTS (SELECT 1 FROM measures_seriesversion WHERE organization_id = NEW.organization_id)
       AND NEW.from_year <= assay_fiscal_year(NEW.organization_id,
                                              assay_today(NEW.organization_id))) THEN
    RAISE EXCEPTION 'The calendar changes from a fiscal year on that has not begun: figures were '
      'given by the periods of the others.'
      USING ERRCODE = 'GV100', DETAIL = 'calendar_has_begun';
  END IF;
  SELECT coalesce(max(version), 0) + 1 INTO NEW.version FROM measures_calendarpattern
   WHERE organization_id = NEW.organization_id;
  NEW.recorded_at := assay_now();
  NEW.recorded_by_id := assay_actor();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_holiday() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  PERFORM assay_refuse_calendar_of_others(NEW.organization_id);
  IF NEW.day <= assay_today(NEW.organization_id) THEN
    RAISE EXCEPTION 'Deadlines have been counted by % as it was: only days to come change.',
      NEW.day USING ERRCODE = 'GV101', DETAIL = 'holiday_has_passed';
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.recorded_at := assay_now();
    NEW.recorded_by_id := assay_actor();
    NEW.removed_at := NULL;
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) - 'removed_at' <> to_jsonb(OLD) - 'removed_at' OR OLD.removed_at IS NOT NULL THEN
    RAISE EXCEPTION 'A holiday is not rewritten: take it back and enter another.'
      USING ERRCODE = 'GV101', DETAIL = 'holiday_is_fixed';
  END IF;
  NEW.removed_at := assay_now();
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_period_close() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  today date := assay_today(NEW.organization_id);
  stage text;
  latest measures_periodclose;
BEGIN
  -- Claims hold the same lock in share: none slips in while a period locks.
  PERFORM pg_advisory_xact_lock(hashtextextended('assay:period', NEW.organization_id));
  SELECT * INTO latest FROM measures_periodclose
   WHERE organization_id = NEW.organization_id AND fiscal_year = NEW.fiscal_year
     AND period = NEW.period ORDER BY version DESC LIMIT 1;
  stage := assay_period_stage(NEW.organization_id, NEW.fiscal_year, NEW.period);
  NEW.version := coalesce(latest.version, 0) + 1;
  NEW.recorded_on := today;
  NEW.recorded_at := assay_now();
  NEW.decided_by_id := assay_actor();
  IF assay_actor() IS NULL THEN
    IF NEW.state <> stage OR latest.state IS NOT DISTINCT FROM NEW.state THEN
      RAISE EXCEPTION 'By the calendar this period is %: the clock records nothing else.', stage
        USING ERRCODE = 'GV102', DETAIL = 'clock_says_otherwise';
    END IF;
    RETURN NEW;
  END IF;
  IF NOT assay_holds_root_seat(NEW.organization_id, 'controller') THEN
    RAISE EXCEPTION 'A period is locked early or opened again by a controller of the whole '
      'organization, in person.' USING ERRCODE = 'GV103', DETAIL = 'only_the_lead_controller';
  END IF;
  IF NEW.state NOT IN ('locked', 'reopened')
     OR NEW.state = 'locked' AND stage NOT IN ('claiming', 'approving')
     OR NEW.state = 'reopened' AND stage <> 'locked' THEN
    RAISE EXCEPTION 'This does not fit where the period stands: it is %.', stage
      USING ERRCODE = 'GV104', DETAIL = 'period_not_now';
  END IF;
  IF NEW.state = 'reopened' AND (
       EXISTS (SELECT 1 FROM measures_periodclose c
                WHERE c.organization_id = NEW.organization_id AND c.fiscal_year = NEW.fiscal_year
                  AND c.period = NEW.period AND c.state = 'reopened')
       OR NEW.fiscal_year < assay_fiscal_year(NEW.organization_id, today) - 1
       OR NEW.open_until <= today
       OR NEW.open_until > assay_working_day(NEW.organization_id, today,
            assay_number_in_force(NEW.organization_id, 'reopen_days', 5)::integer)) THEN
    RAISE EXCEPTION 'A period is opened again once, of this fiscal year or the last, for a few '
      'working days. Correct it by a reversal entry in the open period.'
      USING ERRCODE = 'GV104', DETAIL = 'period_reopens_once';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_claim_period() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('assay:period', NEW.organization_id));
  IF assay_period_stage(NEW.organization_id, NEW.fiscal_year, NEW.period) = 'locked' THEN
    RAISE EXCEPTION 'This period is locked: correct it by a reversal entry in the open period.'
      USING ERRCODE = 'GV105', DETAIL = 'period_is_locked';
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = (
    ("guard", "BEFORE INSERT", "measures_calendarpattern", "assay_guard_calendar_pattern()"),
    ("guard", "BEFORE INSERT OR UPDATE", "measures_holiday", "assay_guard_holiday()"),
    ("guard", "BEFORE INSERT", "measures_periodclose", "assay_guard_period_close()"),
    ("guard_period", "BEFORE INSERT", "measures_actualclaim", "assay_guard_claim_period()"),
)
FUNCTIONS = (
    "assay_working_day(bigint, date, integer)",
    "assay_calendar_pattern(bigint, integer)",
    "assay_fiscal_month_ends(integer, integer, integer)",
    "assay_weeks_end(measures_calendarpattern, date)",
    "assay_period_ends(bigint, integer, integer)",
    "assay_fiscal_periods(bigint, integer)",
    "assay_fiscal_year(bigint, date)",
    "assay_period_stage(bigint, integer, integer)",
    "assay_guard_calendar_pattern()",
    "assay_guard_holiday()",
    "assay_holds_root_seat(bigint, text)",
    "assay_refuse_calendar_of_others(bigint)",
    "assay_guard_period_close()",
    "assay_guard_claim_period()",
)


def triggers() -> str:
    """Return the statements that bind each guard to its table and hand all to the audit owner."""
    statements = []
    for name, event, table, function in TRIGGERS:
        statements.append(
            f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function};"
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
        )
    for function in FUNCTIONS:
        statements.append(
            f"GRANT EXECUTE ON FUNCTION {function} TO assay_app, assay_owner, assay_audit_owner;"
            f"ALTER FUNCTION {function} OWNER TO assay_audit_owner;"
        )
    return "\n".join(statements)


class Migration(migrations.Migration):
    dependencies = [("measures", "0013_calendar")]
    operations = [
        *(migrations.RunSQL(each) for each in (WORKING_DAYS, PERIODS, GUARDS)),
        migrations.RunSQL(triggers()),
    ]
