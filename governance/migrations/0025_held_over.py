"""What a hold costs a fiscal year: booked once, by Assay, when the last period of the year locks.

The unrealised plan of the months on hold is worked out by the database itself (domain-rules §10);
it is booked as leakage and not carried over. What still waits for its approval is waited for.
"""

import django.db.models.deletion
from django.db import migrations, models

import core.tables
from core.tables import AddTenantKeys

PINNED = "SET search_path = pg_catalog, public, pg_temp"

HELD = f"""
-- The holds that were in force at the end of the last day of a fiscal year.
CREATE FUNCTION assay_held_over(organization bigint, year integer)
RETURNS TABLE (hold bigint, measure bigint, since date) LANGUAGE sql STABLE {PINNED} AS $$
  SELECT last.id, last.measure_id, last.day FROM (
    SELECT DISTINCT ON (d.measure_id) d.id, d.measure_id, d.act,
           (d.decided_at AT TIME ZONE o.time_zone)::date AS day
      FROM governance_lifecycledecision d JOIN accounts_organization o ON o.id = d.organization_id
     WHERE d.organization_id = organization AND d.act <> 'extend'
       AND (d.decided_at AT TIME ZONE o.time_zone)::date
           <= assay_period_ends(organization, year, 12)
     ORDER BY d.measure_id, d.id DESC) last
    JOIN measures_measure m ON m.organization_id = organization AND m.id = last.measure_id
   WHERE last.act = 'hold' AND m.decided_on IS NOT NULL
$$;

-- The plan in force: that of the line, and of a measure that is planned anew what it committed to.
CREATE FUNCTION assay_planned_months(line measures_line, year integer)
RETURNS TABLE (period integer, plan bigint) LANGUAGE plpgsql STABLE {PINNED} AS $$
DECLARE
  kept jsonb;
BEGIN
  SELECT c.document INTO kept FROM measures_commitment c
    JOIN measures_measure m ON m.organization_id = c.organization_id AND m.id = c.measure_id
   WHERE c.organization_id = line.organization_id AND c.measure_id = line.measure_id
     AND m.stage < 3 ORDER BY c.number DESC LIMIT 1;
  IF kept IS NULL THEN
    RETURN QUERY SELECT m.period, m.plan FROM assay_line_months(line.organization_id, line.id) m
                  WHERE m.fiscal_year = year AND m.plan IS NOT NULL;
    RETURN;
  END IF;
  RETURN QUERY SELECT at.place::integer - 3, at.amount::bigint
    FROM jsonb_array_elements(kept -> 'lines') l, jsonb_array_elements(l -> 'series') s,
         jsonb_array_elements_text(s) WITH ORDINALITY AS at(amount, place)
   WHERE (l ->> 'line')::bigint = line.id AND s ->> 0 = 'plan' AND s ->> 1 = ''
     AND (s ->> 2)::integer = year AND at.place > 3 AND at.amount IS NOT NULL;
END $$;

-- What a line lacks of its plan in the months on hold; NULL while one of them waits for approval.
CREATE FUNCTION assay_unrealised(line measures_line, year integer, since date) RETURNS bigint
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT CASE WHEN bool_or(m.is_pending) THEN NULL
              WHEN line.direction = 'exact' THEN abs(sum(lacking.amount))
              WHEN line.direction = 'less' THEN greatest(0, -sum(lacking.amount))
              ELSE greatest(0, sum(lacking.amount)) END::bigint
    FROM assay_planned_months(line, year) p
    JOIN assay_fiscal_periods(line.organization_id, year) f
      ON f.period = p.period AND f.last_day >= since
    LEFT JOIN assay_line_months(line.organization_id, line.id) m
      ON m.fiscal_year = year AND m.period = p.period
    CROSS JOIN LATERAL (SELECT p.plan - coalesce(m.approved,
           CASE WHEN line.is_level THEN m.baseline END, 0) AS amount) lacking
$$;

-- What is still to be booked of a year; nothing until its last period is locked.
CREATE FUNCTION assay_leakage_of_holds(organization bigint, year integer)
RETURNS TABLE (measure bigint, line bigint, hold bigint, lacking bigint)
LANGUAGE plpgsql STABLE {PINNED} AS $$
BEGIN
  IF assay_period_stage(organization, year, 12) <> 'locked' THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT h.measure, l.id, h.hold, assay_unrealised(l, year, h.since)
    FROM assay_held_over(organization, year) h
    JOIN measures_line l ON l.organization_id = organization AND l.measure_id = h.measure
   WHERE l.nature = 'benefit' AND l.removed_on IS NULL
     AND NOT EXISTS (SELECT 1 FROM governance_leakage k
          WHERE k.organization_id = organization AND k.line_id = l.id AND k.cause = 'hold'
            AND k.fiscal_year = year)
     AND assay_unrealised(l, year, h.since) > 0;
END $$;

CREATE FUNCTION assay_held_leakage(booked governance_leakage) RETURNS governance_leakage
LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  made governance_leakage := booked;
BEGIN
  IF assay_actor() IS NOT NULL THEN
    RAISE EXCEPTION 'What a hold costs a fiscal year is booked by Assay, not by a person.'
      USING ERRCODE = 'GV135', DETAIL = 'booked_by_assay';
  END IF;
  SELECT f.hold, f.lacking INTO made.hold_id, made.in_year
    FROM assay_leakage_of_holds(booked.organization_id, booked.fiscal_year) f
   WHERE f.measure = booked.measure_id AND f.line = booked.line_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'No hold of this measure reached over the end of this fiscal year unbooked.'
      USING ERRCODE = 'GV136', DETAIL = 'nothing_held_over';
  END IF;
  made.run_rate := NULL;
  made.confirmation_id := NULL;
  made.finding_id := NULL;
  made.booked_by_id := NULL;
  made.booked_at := assay_now();
  RETURN made;
END $$;
"""

GUARD = f"""
CREATE OR REPLACE FUNCTION assay_guard_leakage() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint;
  subject measures_measure;
  latest governance_closureconfirmation;
BEGIN
  IF NEW.cause = 'hold' THEN
    RETURN assay_held_leakage(NEW);
  END IF;
  person := assay_governor();
  NEW.booked_by_id := person;
  NEW.booked_at := assay_now();
  NEW.hold_id := NULL;
  IF NEW.cause = 'sustainment' THEN
    subject := assay_closed_measure(NEW.organization_id, NEW.measure_id);
    latest := assay_latest_confirmation(subject);
    IF NOT EXISTS (SELECT 1 FROM governance_sustainmentfinding f
         WHERE f.organization_id = NEW.organization_id AND f.id = NEW.finding_id
           AND f.measure_id = NEW.measure_id AND f.outcome = 'failed'
           AND f.found_by_id = person AND f.found_in = assay_transaction())
       OR NEW.confirmation_id IS DISTINCT FROM latest.id THEN
      RAISE EXCEPTION 'Leakage in sustainment is booked in the act of the check that failed.'
        USING ERRCODE = 'GV057', DETAIL = 'no_failure_to_book';
    END IF;
    PERFORM assay_refuse_foreign_line(NEW.organization_id, NEW.measure_id, NEW.line_id);
    RETURN NEW;
  END IF;
  subject := assay_locked_measure(NEW.organization_id, NEW.measure_id);
  latest := assay_latest_confirmation(subject);
  IF assay_duty_holder(subject, 'controller') IS DISTINCT FROM subject.controller_id THEN
    RAISE EXCEPTION 'Leakage is booked by the controller of the measure.'
      USING ERRCODE = 'GV022', DETAIL = 'only_the_controller';
  END IF;
  IF latest.id IS NULL OR NEW.confirmation_id IS DISTINCT FROM latest.id
     OR latest.outcome <> 'shortfall' THEN
    RAISE EXCEPTION 'There is no confirmed shortfall here to be booked.'
      USING ERRCODE = 'GV053', DETAIL = 'no_shortfall_to_book';
  END IF;
  PERFORM assay_refuse_foreign_line(NEW.organization_id, NEW.measure_id, NEW.line_id);
  RETURN NEW;
END $$;
"""
FUNCTIONS = (
    "assay_held_over(bigint, integer)",
    "assay_planned_months(measures_line, integer)",
    "assay_unrealised(measures_line, integer, date)",
    "assay_leakage_of_holds(bigint, integer)",
    "assay_held_leakage(governance_leakage)",
)
RIGHTS = "\n".join(
    f"GRANT EXECUTE ON FUNCTION {each} TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {each} OWNER TO assay_audit_owner;"
    for each in FUNCTIONS
)


def _key(to: str, related_name: str = "+") -> core.tables.TenantKey:
    return core.tables.TenantKey(
        db_constraint=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0024_in_ones_own_name")]
    operations = [
        migrations.RemoveConstraint("leakage", "leakage_cause_is_known"),
        migrations.RemoveConstraint("leakage", "leakage_in_sustainment_has_a_finding"),
        migrations.AlterField(
            "leakage",
            "cause",
            models.CharField(
                choices=[("size", "Size"), ("sustainment", "Sustainment"), ("hold", "Hold")],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            "leakage", "confirmation", _key("governance.closureconfirmation", "leakages")
        ),
        migrations.AlterField("leakage", "booked_by", _key("accounts.member")),
        migrations.AddField("leakage", "hold", _key("governance.lifecycledecision", "leakages")),
        migrations.AddConstraint(
            "leakage",
            models.CheckConstraint(
                condition=models.Q(cause__in=["size", "sustainment", "hold"]),
                name="leakage_cause_is_known",
            ),
        ),
        migrations.AddConstraint(
            "leakage",
            models.CheckConstraint(
                condition=models.Q(cause__in=["size", "hold"], finding__isnull=True)
                | models.Q(cause="sustainment", finding__isnull=False),
                name="leakage_in_sustainment_has_a_finding",
            ),
        ),
        migrations.AddConstraint(
            "leakage",
            models.CheckConstraint(
                condition=models.Q(
                    cause="hold",
                    hold__isnull=False,
                    confirmation__isnull=True,
                    booked_by__isnull=True,
                )
                | (
                    ~models.Q(cause="hold")
                    & models.Q(
                        hold__isnull=True, confirmation__isnull=False, booked_by__isnull=False
                    )
                ),
                name="leakage_of_a_hold_is_booked_by_assay",
            ),
        ),
        migrations.AddConstraint(
            "leakage",
            models.UniqueConstraint(
                condition=models.Q(cause="hold"),
                fields=["organization", "line", "fiscal_year"],
                name="leakage_of_hold_once_a_year",
            ),
        ),
        AddTenantKeys("Leakage", ["hold"]),
        *(migrations.RunSQL(each) for each in (HELD, GUARD, RIGHTS)),
    ]
