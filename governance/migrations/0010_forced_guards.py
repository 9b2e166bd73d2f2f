"""Guards of forced decisions: Assay opens them, time ends them, and nobody switches them off.

The one act that the system may decide itself is the hold of a measure whose forced decision
nobody has answered in time: the guard looks at the rows and judges by itself. While a forced
decision waits, or a measure is on hold, new spend is refused.
"""

from django.db import migrations

PINNED = "SET search_path = pg_catalog, public, pg_temp"

RULES = f"""
CREATE FUNCTION assay_forced_limits()
RETURNS TABLE (key text, ours numeric, lower numeric, upper numeric)
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  VALUES
    ('forced_ratio', 0.50, 0.20, 0.90),
    ('forced_periods', 2, 1, 6),
    ('forced_gate_days', 30, 1, 90),
    ('forced_milestones', 0.50, 0.20, 0.90),
    ('forced_answer', 5, 1, 15),
    ('forced_cancel', 20, 1, 60),
    ('replan_months', 12, 6, 36)
$$;

CREATE FUNCTION assay_forced_number(organization bigint, wanted text) RETURNS numeric
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT assay_number_in_force(organization, wanted, l.ours)
    FROM assay_forced_limits() l WHERE l.key = wanted
$$;

CREATE FUNCTION assay_working_day_after(day date, count integer) RETURNS date
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  SELECT d::date FROM generate_series(day + 1, day + 2 * count + 4, interval '1 day') d
   WHERE extract(isodow FROM d) < 6 ORDER BY d OFFSET count - 1 LIMIT 1
$$;

CREATE FUNCTION assay_guard_forced_number() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE allowed record;
BEGIN
  SELECT * INTO allowed FROM assay_forced_limits() l WHERE l.key = NEW.key;
  IF NEW.value NOT BETWEEN allowed.lower AND allowed.upper THEN
    RAISE EXCEPTION 'A number of the forced decision stays within its limits, % to %: nobody '
      'switches it off.', allowed.lower, allowed.upper
      USING ERRCODE = 'GV064', DETAIL = 'forced_number_out_of_limits';
  END IF;
  IF NEW.effective_on < (date_trunc('month', assay_today(NEW.organization_id))
                         + interval '1 month')::date THEN
    RAISE EXCEPTION 'A number of the forced decision changes from the next month on.'
      USING ERRCODE = 'GV064', DETAIL = 'forced_number_next_cycle';
  END IF;
  RETURN NEW;
END $$;
"""

OPENING = f"""
CREATE FUNCTION assay_refuse_other_isolation() RETURNS void LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'Governed acts run at the isolation level read committed.'
      USING ERRCODE = 'GV029', DETAIL = 'isolation';
  END IF;
END $$;

CREATE FUNCTION assay_guard_forced() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  subject measures_measure;
  day date := assay_today(NEW.organization_id);
BEGIN
  PERFORM assay_refuse_other_isolation();
  IF assay_actor() IS NOT NULL THEN
    RAISE EXCEPTION 'A decision is forced by the rules, and by nobody.'
      USING ERRCODE = 'GV065', DETAIL = 'forced_by_the_rules';
  END IF;
  subject := assay_locked_measure(NEW.organization_id, NEW.measure_id);
  IF subject.lifecycle <> 'active' OR subject.stage NOT IN (3, 4) THEN
    RAISE EXCEPTION 'A decision is forced on a committed measure that runs.'
      USING ERRCODE = 'GV014', DETAIL = 'forced_not_now';
  END IF;
  IF jsonb_typeof(NEW.conditions) <> 'array' OR jsonb_array_length(NEW.conditions) = 0 THEN
    RAISE EXCEPTION 'A forced decision names the conditions that force it.'
      USING ERRCODE = 'GV065', DETAIL = 'forced_names_conditions';
  END IF;
  NEW.state := CASE WHEN EXISTS (SELECT 1 FROM governance_shadowperiod s
      WHERE s.organization_id = NEW.organization_id AND day BETWEEN s.begins_on AND s.ends_on)
    THEN 'reported' ELSE 'open' END;
  NEW.opened_at := assay_now();
  NEW.opened_on := day;
  NEW.due_on := assay_working_day_after(
    day, assay_forced_number(NEW.organization_id, 'forced_answer')::integer);
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_shadow() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  day date := assay_today(NEW.organization_id);
BEGIN
  PERFORM 1 FROM hierarchy_seat s JOIN accounts_member p
      ON p.organization_id = s.organization_id AND p.id = s.member_id
   WHERE s.organization_id = NEW.organization_id AND s.member_id = person
     AND s.role = 'administrator' AND s.valid_from <= day
     AND (s.valid_to IS NULL OR s.valid_to > day) AND p.left_on IS NULL FOR SHARE OF s;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The shadow period is begun by an administrator.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  IF EXISTS (SELECT 1 FROM governance_forceddecision f WHERE f.organization_id = NEW.organization_id)
  THEN
    RAISE EXCEPTION 'An organization starts with its shadow period, or has none.'
      USING ERRCODE = 'GV066', DETAIL = 'shadow_only_at_the_start';
  END IF;
  NEW.begins_on := day;
  NEW.ends_on := day + 60;
  NEW.begun_by_id := person;
  NEW.begun_at := assay_now();
  RETURN NEW;
END $$;
"""

ANSWER = f"""
CREATE FUNCTION assay_guard_forced_answer() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  asked governance_forceddecision;
  subject measures_measure;
  day date := assay_today(NEW.organization_id);
BEGIN
  SELECT * INTO asked FROM governance_forceddecision
   WHERE organization_id = NEW.organization_id AND id = NEW.forced_id;
  subject := assay_locked_measure(NEW.organization_id, asked.measure_id);
  -- Looked at again: the lock may have been waited for.
  SELECT * INTO asked FROM governance_forceddecision
   WHERE organization_id = NEW.organization_id AND id = NEW.forced_id;
  IF asked.state <> 'open' THEN
    RAISE EXCEPTION 'This forced decision is % and waits for no answer.', asked.state
      USING ERRCODE = 'GV067', DETAIL = 'forced_not_open';
  END IF;
  IF NOT (ARRAY['executive', 'steering'] && assay_seats(subject, person)
          OR (asked.decider_role = 'sponsor' AND 'sponsor' = ANY (assay_named(subject, person))))
  THEN
    RAISE EXCEPTION 'You do not decide this: the sponsor does, above the limit the steering '
      'committee.' USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  PERFORM assay_refuse_barred(subject, person, 'cancel');
  IF NEW.outcome <> 'cancel' AND NEW.until <= day THEN
    RAISE EXCEPTION 'A re-plan or a hold ends after today.'
      USING ERRCODE = 'GV014', DETAIL = 'hold_has_an_end';
  END IF;
  IF NEW.outcome = 'replan' THEN
    IF NEW.until > day + assay_number_in_force(NEW.organization_id, 'hold_days', 90)::integer THEN
      RAISE EXCEPTION 'A re-plan passes Decided again within the days of a hold.'
        USING ERRCODE = 'GV014', DETAIL = 'hold_too_long';
    END IF;
    IF EXISTS (SELECT 1 FROM governance_forcedanswer a JOIN governance_forceddecision f
         ON f.organization_id = a.organization_id AND f.id = a.forced_id
        WHERE a.organization_id = NEW.organization_id AND f.measure_id = asked.measure_id
          AND a.outcome = 'replan' AND a.decided_at > assay_now() - make_interval(months =>
            assay_forced_number(NEW.organization_id, 'replan_months')::integer)) THEN
      RAISE EXCEPTION 'This measure was planned anew within the last months: hold it or cancel it.'
        USING ERRCODE = 'GV067', DETAIL = 'replanned_lately';
    END IF;
  END IF;
  NEW.decided_by_id := person;
  NEW.decided_at := assay_now();
  NEW.decided_in := assay_transaction();
  RETURN NEW;
END $$;

-- A re-plan takes effect as it is said; a hold or cancellation when it is decided on the measure.
CREATE FUNCTION assay_settle_forced_answer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  UPDATE governance_forceddecision SET state = 'replanning'
   WHERE organization_id = NEW.organization_id AND id = NEW.forced_id AND state = 'open';
  RETURN NULL;
END $$;

CREATE FUNCTION assay_settle_forced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  UPDATE governance_forceddecision
     SET state = CASE WHEN NEW.decided_by_id IS NULL THEN 'lapsed' ELSE 'decided' END
   WHERE organization_id = NEW.organization_id AND measure_id = NEW.measure_id
     AND state IN ('open', 'replanning');
  RETURN NULL;
END $$;

CREATE FUNCTION assay_settle_forced_passage() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
BEGIN
  UPDATE governance_forceddecision
     SET state = CASE WHEN NEW.stage = 5 THEN 'ended' ELSE 'decided' END
   WHERE organization_id = NEW.organization_id AND measure_id = NEW.measure_id
     AND (state = 'replanning' OR (state = 'open' AND NEW.stage = 5));
  RETURN NULL;
END $$;

CREATE FUNCTION assay_guard_forced_state() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF current_user <> 'assay_audit_owner'
     OR to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state' THEN
    RAISE EXCEPTION 'A forced decision is settled by what is decided about its measure.'
      USING ERRCODE = 'GV026', DETAIL = 'written_by_the_database';
  END IF;
  RETURN NEW;
END $$;
"""

# The hold that nobody decided: only the system, only now, and only for what has lapsed.
SYSTEM = f"""
CREATE FUNCTION assay_lapsed(organization bigint, measure bigint) RETURNS bigint
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT f.id FROM governance_forceddecision f
   WHERE f.organization_id = organization AND f.measure_id = measure
     AND ((f.state = 'open' AND f.due_on < assay_today(organization))
       OR (f.state = 'replanning' AND assay_today(organization) > (
            SELECT a.until FROM governance_forcedanswer a
             WHERE a.organization_id = organization AND a.forced_id = f.id)))
$$;

CREATE FUNCTION assay_lapsed_hold(decision governance_lifecycledecision)
RETURNS governance_lifecycledecision LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  made governance_lifecycledecision := decision;
  subject measures_measure;
BEGIN
  PERFORM assay_refuse_other_isolation();
  IF made.act <> 'hold' THEN
    RAISE EXCEPTION 'This act is a person''s: nobody is named as acting.'
      USING ERRCODE = 'GV028', DETAIL = 'a_person_acts';
  END IF;
  subject := assay_locked_measure(made.organization_id, made.measure_id);
  IF subject.lifecycle <> 'active' THEN
    RAISE EXCEPTION 'This does not fit where the measure stands.'
      USING ERRCODE = 'GV014', DETAIL = 'lifecycle_not_now';
  END IF;
  made.forced_id := assay_lapsed(made.organization_id, made.measure_id);
  IF made.forced_id IS NULL THEN
    RAISE EXCEPTION 'The system holds only what a forced decision has not answered in time.'
      USING ERRCODE = 'GV068', DETAIL = 'nothing_lapsed';
  END IF;
  made.decided_by_id := NULL;
  made.restoration_id := NULL;
  made.level := 0;
  made.reason_code := 'value';
  made.decided_at := assay_now();
  made.decided_in := assay_transaction();
  made.review_on := NULL;
  made.expires_on := assay_working_day_after(assay_today(made.organization_id),
    assay_forced_number(made.organization_id, 'forced_cancel')::integer);
  RETURN made;
END $$;

CREATE FUNCTION assay_is_system_hold(former measures_measure, following measures_measure)
RETURNS boolean LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  RETURN assay_actor() IS NULL AND former.lifecycle = 'active' AND following.lifecycle = 'on_hold'
    AND (former.stage, former.step) = (following.stage, following.step) AND EXISTS (
      SELECT 1 FROM governance_lifecycledecision d
       WHERE d.organization_id = former.organization_id AND d.measure_id = former.id
         AND d.act = 'hold' AND d.decided_by_id IS NULL AND d.decided_in = assay_transaction());
END $$;
"""

LIFECYCLE = f"""
CREATE OR REPLACE FUNCTION assay_guard_lifecycle() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint;
  subject measures_measure;
BEGIN
  IF assay_actor() IS NULL THEN
    RETURN assay_lapsed_hold(NEW);
  END IF;
  person := assay_governor();
  IF NEW.act = 'restore' THEN
    subject := assay_cancelled_measure(NEW.organization_id, NEW.measure_id);
  ELSE
    subject := assay_locked_measure(NEW.organization_id, NEW.measure_id);
  END IF;
  IF NOT assay_may(subject, person, NEW.act) THEN
    RAISE EXCEPTION 'You do not hold a role that decides this: the table of duties names them.'
      USING ERRCODE = 'GV024', DETAIL = 'not_entitled';
  END IF;
  PERFORM assay_refuse_barred(subject, person, NEW.act);
  IF NOT EXISTS (SELECT 1 FROM assay_lifecycle_moves() moves
                  WHERE moves.act = NEW.act AND moves.leads_from = subject.lifecycle
                    AND subject.stage <= moves.last_stage) THEN
    RAISE EXCEPTION 'This does not fit where the measure stands.'
      USING ERRCODE = 'GV014', DETAIL = 'lifecycle_not_now';
  END IF;
  NEW.decided_by_id := person;
  NEW.level := assay_rank(subject, person);
  NEW.decided_at := assay_now();
  NEW.decided_in := assay_transaction();
  NEW.forced_id := NULL;
  NEW.restoration_id := CASE WHEN NEW.act = 'restore'
    THEN assay_restoration_for(subject, person) END;
  IF NEW.act IN ('hold', 'extend') THEN
    PERFORM assay_refuse_hold(NEW);
  END IF;
  IF NEW.act = 'cancel' AND btrim(NEW.ending) = ''
     AND assay_effect_flows(NEW.organization_id, NEW.measure_id) THEN
    RAISE EXCEPTION 'Approved actuals show an effect that still flows: close the measure with a '
      'shortfall, or say how and when the effect ends.'
      USING ERRCODE = 'GV061', DETAIL = 'effect_still_flows';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION assay_guard_stage() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  taken governance_takeover;
  -- The day of Decided is set by the measure's own guard, which comes first.
  kept text[] := ARRAY['stage', 'step', 'lifecycle', 'version', 'taken_over_on', 'decided_on'];
BEGIN
  IF NOT assay_is_system_hold(OLD, NEW) THEN
    PERFORM assay_governor();
  END IF;
  IF to_jsonb(NEW) - kept <> to_jsonb(OLD) - kept THEN
    RAISE EXCEPTION 'A stage or lifecycle changes alone: nothing else in the same statement.'
      USING ERRCODE = 'GV011', DETAIL = 'stage_moves_alone';
  END IF;
  taken := assay_current_take_over(OLD);
  IF taken.id IS NOT NULL AND OLD.stage = 0 AND NEW.stage IN (0, taken.to_stage)
     AND (OLD.step, NEW.step) = (0, 0) AND NEW.lifecycle = OLD.lifecycle THEN
    RETURN NEW;
  END IF;
  IF NEW.taken_over_on IS DISTINCT FROM OLD.taken_over_on THEN
    RAISE EXCEPTION 'A take-over belongs to the act that brings the measure in.'
      USING ERRCODE = 'GV025', DETAIL = 'take_over_only_at_creation';
  END IF;
  IF (NEW.stage, NEW.step) <> (OLD.stage, OLD.step) THEN
    PERFORM assay_refuse_stage(OLD, NEW);
  ELSIF NOT EXISTS (
    SELECT 1 FROM assay_lifecycle_moves() moves JOIN governance_lifecycledecision d
        ON d.act = moves.act AND d.organization_id = OLD.organization_id AND d.measure_id = OLD.id
     WHERE moves.leads_from = OLD.lifecycle AND moves.leads_to = NEW.lifecycle
       AND OLD.stage <= moves.last_stage AND d.decided_in = assay_transaction()
       AND d.id = (SELECT max(x.id) FROM governance_lifecycledecision x
                    WHERE x.organization_id = OLD.organization_id AND x.measure_id = OLD.id)) THEN
    RAISE EXCEPTION 'A measure is held, resumed, cancelled or rejected only by a decision for it.'
      USING ERRCODE = 'GV012', DETAIL = 'lifecycle_needs_a_decision';
  END IF;
  RETURN NEW;
END $$;
"""

SPEND = f"""
CREATE FUNCTION assay_spend_stopped_on(organization bigint, measure bigint, replanning boolean)
RETURNS date LANGUAGE sql STABLE {PINNED} AS $$
  SELECT CASE WHEN m.lifecycle = 'on_hold' THEN (
           SELECT (d.decided_at AT TIME ZONE (SELECT o.time_zone FROM accounts_organization o
                     WHERE o.id = organization))::date
             FROM governance_lifecycledecision d
            WHERE d.organization_id = organization AND d.measure_id = measure AND d.act = 'hold'
            ORDER BY d.id DESC LIMIT 1)
         ELSE (SELECT f.opened_on FROM governance_forceddecision f
                WHERE f.organization_id = organization AND f.measure_id = measure
                  AND (f.state = 'open' OR (replanning AND f.state = 'replanning'))) END
    FROM measures_measure m WHERE m.organization_id = organization AND m.id = measure
$$;

CREATE FUNCTION assay_month_begins(organization bigint, fiscal_year integer, period integer)
RETURNS date LANGUAGE sql STABLE {PINNED} AS $$
  SELECT make_date(at.index / 12, at.index % 12 + 1, 1) FROM (
    SELECT fiscal_year * 12 + period - 1
           - (CASE WHEN p.fiscal_start_month = 1 THEN 0 ELSE 13 - p.fiscal_start_month END) AS index
      FROM accounts_profile p WHERE p.organization_id = organization) at
$$;

CREATE FUNCTION assay_year_total(figures measures_seriesversion) RETURNS numeric
LANGUAGE sql IMMUTABLE {PINNED} AS $$
  SELECT sum(coalesce(amount, 0)) FROM unnest(ARRAY[figures.p01, figures.p02, figures.p03,
    figures.p04, figures.p05, figures.p06, figures.p07, figures.p08, figures.p09, figures.p10,
    figures.p11, figures.p12]) amount
$$;

CREATE FUNCTION assay_refuse_new_spend(stopped_on date) RETURNS void
LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  RAISE EXCEPTION 'New spend is stopped since %: the measure is on hold or waits for a forced '
    'decision. Cost can be lowered; more of it needs that decision first.', stopped_on
    USING ERRCODE = 'GV069', DETAIL = 'spend_is_frozen';
END $$;

CREATE FUNCTION assay_guard_spend_series() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  holder measures_line;
  former measures_seriesversion;
  stopped_on date;
BEGIN
  SELECT * INTO holder FROM measures_line
   WHERE organization_id = NEW.organization_id AND id = NEW.line_id;
  IF holder.nature = 'benefit' THEN
    RETURN NEW;
  END IF;
  stopped_on := assay_spend_stopped_on(NEW.organization_id, holder.measure_id, false);
  IF stopped_on IS NOT NULL THEN
    SELECT * INTO former FROM measures_seriesversion
     WHERE organization_id = NEW.organization_id AND line_id = NEW.line_id AND split = NEW.split
       AND series = NEW.series AND fiscal_year = NEW.fiscal_year
     ORDER BY version DESC LIMIT 1;
    IF assay_year_total(NEW) > coalesce(assay_year_total(former), 0) THEN
      PERFORM assay_refuse_new_spend(stopped_on);
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_spend_claim() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  holder measures_line;
  expected bigint;
  stopped_on date;
BEGIN
  SELECT * INTO holder FROM measures_line
   WHERE organization_id = NEW.organization_id AND id = NEW.line_id;
  IF holder.nature = 'benefit' THEN
    RETURN NEW;
  END IF;
  stopped_on := assay_spend_stopped_on(NEW.organization_id, NEW.measure_id, true);
  IF assay_month_begins(NEW.organization_id, NEW.fiscal_year, NEW.period) > stopped_on THEN
    SELECT (to_jsonb(v) ->> ('p' || lpad(NEW.period::text, 2, '0')))::bigint INTO expected
      FROM measures_seriesversion v
     WHERE v.organization_id = NEW.organization_id AND v.line_id = NEW.line_id AND v.split = ''
       AND v.series IN ('forecast', 'plan') AND v.fiscal_year = NEW.fiscal_year
     ORDER BY v.series, v.version DESC LIMIT 1;
    IF holder.nature = 'one_time' OR NEW.amount > coalesce(expected, 0) THEN
      PERFORM assay_refuse_new_spend(stopped_on);
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_spend_line() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE stopped_on date := assay_spend_stopped_on(NEW.organization_id, NEW.measure_id, false);
BEGIN
  IF stopped_on IS NOT NULL THEN
    PERFORM assay_refuse_new_spend(stopped_on);
  END IF;
  RETURN NEW;
END $$;
"""

TRIGGERS = (
    ("guard_forced", "BEFORE INSERT", "accounts_numbersetting",
     "(NEW.key LIKE 'forced\\_%' OR NEW.key = 'replan_months')", "assay_guard_forced_number()"),
    ("guard", "BEFORE INSERT", "governance_forceddecision", "", "assay_guard_forced()"),
    ("guard_state", "BEFORE UPDATE", "governance_forceddecision", "",
     "assay_guard_forced_state()"),
    ("never_deleted", "BEFORE DELETE", "governance_forceddecision", "", "assay_refuse_change()"),
    ("guard", "BEFORE INSERT", "governance_shadowperiod", "", "assay_guard_shadow()"),
    ("guard", "BEFORE INSERT", "governance_forcedanswer", "", "assay_guard_forced_answer()"),
    ("settle_forced", "AFTER INSERT", "governance_forcedanswer", "(NEW.outcome = 'replan')",
     "assay_settle_forced_answer()"),
    ("settle_forced", "AFTER INSERT", "governance_lifecycledecision",
     "(NEW.act IN ('hold', 'cancel'))", "assay_settle_forced()"),
    ("settle_forced", "AFTER INSERT", "governance_stagepassage", "(NEW.stage IN (3, 5) AND NEW.step = 0)",
     "assay_settle_forced_passage()"),
    ("guard_spend", "BEFORE INSERT", "measures_seriesversion",
     "(NEW.series IN ('plan', 'forecast'))", "assay_guard_spend_series()"),
    ("guard_spend", "BEFORE INSERT", "measures_actualclaim", "", "assay_guard_spend_claim()"),
    ("guard_spend", "BEFORE INSERT", "measures_line", "(NEW.nature <> 'benefit')",
     "assay_guard_spend_line()"),
)  # fmt: skip
OPEN_FUNCTIONS = (
    "assay_forced_limits()",
    "assay_forced_number(bigint, text)",
    "assay_working_day_after(date, integer)",
    "assay_guard_forced_number()",
    "assay_refuse_other_isolation()",
    "assay_guard_forced()",
    "assay_guard_shadow()",
    "assay_guard_forced_answer()",
    "assay_guard_forced_state()",
    "assay_lapsed(bigint, bigint)",
    "assay_lapsed_hold(governance_lifecycledecision)",
    "assay_is_system_hold(measures_measure, measures_measure)",
    "assay_spend_stopped_on(bigint, bigint, boolean)",
    "assay_month_begins(bigint, integer, integer)",
    "assay_year_total(measures_seriesversion)",
    "assay_refuse_new_spend(date)",
    "assay_guard_spend_series()",
    "assay_guard_spend_claim()",
    "assay_guard_spend_line()",
)
# What writes as the audit owner is called by its trigger alone.
CLOSED_FUNCTIONS = (
    "assay_settle_forced_answer()",
    "assay_settle_forced()",
    "assay_settle_forced_passage()",
)


def triggers() -> str:
    """Return the statements that bind each guard to its table and hand all to the audit owner."""
    statements = ["GRANT UPDATE (state) ON governance_forceddecision TO assay_audit_owner;"]
    for name, event, table, condition, function in TRIGGERS:
        when = f" WHEN {condition}" if condition else ""
        statements.append(
            f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW{when}"
            f" EXECUTE FUNCTION {function};"
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
        )
    for function in OPEN_FUNCTIONS:
        statements.append(
            f"GRANT EXECUTE ON FUNCTION {function} TO assay_app, assay_owner, assay_audit_owner;"
        )
    for function in (*OPEN_FUNCTIONS, *CLOSED_FUNCTIONS):
        statements.append(f"ALTER FUNCTION {function} OWNER TO assay_audit_owner;")
    return "\n".join(statements)


class Migration(migrations.Migration):
    dependencies = [("governance", "0009_forced")]
    operations = [
        *(
            migrations.RunSQL(each)
            for each in (RULES, OPENING, ANSWER, SYSTEM, LIFECYCLE, SPEND)
        ),
        migrations.RunSQL(triggers()),
    ]
