"""Overlaps of two lines on one budget line: proposed by one side, confirmed by two others."""

import core.tables
import core.tenancy
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

from core.tables import TenantTable

PINNED = "SET search_path = pg_catalog, public, pg_temp"
# As core.money: sums of many such amounts still fit into a bigint.
LARGEST = 10**13
MOVED = (
    "ARRAY['state', 'sponsor_by_id', 'sponsor_at', 'controller_by_id', 'controller_at',"
    " 'ended_by_id', 'ended_at', 'ended_reason']"
)

GUARDS = f"""
CREATE FUNCTION assay_guard_overlap_lines() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  subject measures_measure;
BEGIN
  PERFORM assay_locked_measure(NEW.organization_id, least(NEW.measure_id, NEW.other_id));
  PERFORM assay_locked_measure(NEW.organization_id, greatest(NEW.measure_id, NEW.other_id));
  SELECT * INTO subject FROM measures_measure
   WHERE organization_id = NEW.organization_id AND id = NEW.measure_id;
  IF cardinality(assay_named(subject, person)) = 0
     AND NOT assay_seats(subject, person) && ARRAY['lead', 'controller'] THEN
    RAISE EXCEPTION 'An overlap is proposed by the owner, the sponsor or the controller of the '
      'measure, or by a lead or controller above it.' USING ERRCODE = 'GV156', DETAIL = 'not_yours_to_propose';
  END IF;
  PERFORM 1 FROM measures_line a
    JOIN measures_line b ON b.organization_id = a.organization_id
     AND (b.effect_type, b.recurrence, b.currency) = (a.effect_type, a.recurrence, a.currency)
   WHERE a.organization_id = NEW.organization_id AND a.id = NEW.line_id AND b.id = NEW.other_line_id
     AND a.measure_id = NEW.measure_id AND b.measure_id = NEW.other_id AND a.measure_id <> b.measure_id
     AND a.budget_id = NEW.budget_id AND b.budget_id = NEW.budget_id
     AND a.nature = 'benefit' AND b.nature = 'benefit' AND a.unit = 'money' AND b.unit = 'money'
     AND a.decimals <= 2 AND b.decimals <= 2 AND NOT a.is_level AND NOT b.is_level
     AND a.removed_on IS NULL AND b.removed_on IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Only two lines of effect of two measures overlap, on the same budget line and '
      'of one kind.' USING ERRCODE = 'GV157', DETAIL = 'overlap_of_unlike_lines';
  END IF;
  IF cardinality(NEW.amounts) NOT BETWEEN 12 AND 180 OR cardinality(NEW.amounts) % 12 <> 0
     OR NEW.first_year NOT BETWEEN 1990 AND 2199 OR btrim(NEW.reason) = ''
     OR EXISTS (SELECT FROM unnest(NEW.amounts) each
                 WHERE each IS NULL OR each < 0 OR each >= {LARGEST})
     OR NOT EXISTS (SELECT FROM unnest(NEW.amounts) each WHERE each > 0) THEN
    RAISE EXCEPTION 'An overlap says why, and amounts of whole fiscal years, none below 0.'
      USING ERRCODE = 'GV158', DETAIL = 'overlap_says_nothing';
  END IF;
  NEW.state := 'proposed';
  NEW.proposed_by_id := person;
  NEW.proposed_at := assay_now();
  NEW.sponsor_by_id := NULL;
  NEW.sponsor_at := NULL;
  NEW.controller_by_id := NULL;
  NEW.controller_at := NULL;
  NEW.ended_by_id := NULL;
  NEW.ended_at := NULL;
  NEW.ended_reason := '';
  RETURN NEW;
END $$;

CREATE FUNCTION assay_guard_overlap_change() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_governor();
  one measures_measure;
  other measures_measure;
  controllers bigint[];
BEGIN
  IF to_jsonb(NEW) - {MOVED} <> to_jsonb(OLD) - {MOVED}
     OR OLD.state NOT IN ('proposed', 'agreed') THEN
    RAISE EXCEPTION 'An overlap stays as it was proposed, and an ended one stays ended: propose '
      'another.' USING ERRCODE = 'GV155', DETAIL = 'overlap_is_fixed';
  END IF;
  PERFORM 1 FROM measures_measure WHERE organization_id = NEW.organization_id
      AND id IN (NEW.measure_id, NEW.other_id) ORDER BY id FOR NO KEY UPDATE;
  SELECT * INTO one FROM measures_measure
   WHERE organization_id = NEW.organization_id AND id = NEW.measure_id;
  SELECT * INTO other FROM measures_measure
   WHERE organization_id = NEW.organization_id AND id = NEW.other_id;
  controllers := array_remove(ARRAY[one.controller_id, other.controller_id], NULL);
  IF NEW.state IN ('declined', 'reversed') THEN
    IF btrim(NEW.ended_reason) = ''
       OR (NEW.state = 'reversed') IS DISTINCT FROM (OLD.state = 'agreed') THEN
      RAISE EXCEPTION 'A proposed overlap is declined, an agreed one is reversed, and it is said '
        'why.' USING ERRCODE = 'GV155', DETAIL = 'overlap_ends_with_a_reason';
    END IF;
    IF NOT (person = ANY (controllers) OR OLD.state = 'proposed'
            AND person IN (OLD.proposed_by_id, coalesce(other.sponsor_id, 0))) THEN
      RAISE EXCEPTION 'A proposal is declined by who could confirm it, or taken back by who made '
        'it; an agreed overlap is reversed by a controller.'
        USING ERRCODE = 'GV156', DETAIL = 'not_yours_to_end';
    END IF;
    NEW.sponsor_by_id := OLD.sponsor_by_id;
    NEW.sponsor_at := OLD.sponsor_at;
    NEW.controller_by_id := OLD.controller_by_id;
    NEW.controller_at := OLD.controller_at;
    NEW.ended_by_id := person;
    NEW.ended_at := assay_now();
    RETURN NEW;
  END IF;
  PERFORM assay_locked_measure(NEW.organization_id, NEW.measure_id);
  PERFORM assay_locked_measure(NEW.organization_id, NEW.other_id);
  IF OLD.state <> 'proposed'
     OR (NEW.sponsor_by_id IS NOT DISTINCT FROM OLD.sponsor_by_id)
        = (NEW.controller_by_id IS NOT DISTINCT FROM OLD.controller_by_id)
     OR OLD.sponsor_by_id IS NOT NULL AND NEW.sponsor_by_id IS DISTINCT FROM OLD.sponsor_by_id
     OR OLD.controller_by_id IS NOT NULL
        AND NEW.controller_by_id IS DISTINCT FROM OLD.controller_by_id THEN
    RAISE EXCEPTION 'An overlap is confirmed once by the sponsor and once by a controller.'
      USING ERRCODE = 'GV155', DETAIL = 'overlap_is_fixed';
  END IF;
  IF person = OLD.proposed_by_id
     OR person IN (coalesce(OLD.sponsor_by_id, 0), coalesce(OLD.controller_by_id, 0))
     OR OLD.sponsor_by_id IS NULL AND NEW.sponsor_by_id IS NOT NULL
        AND person IS DISTINCT FROM other.sponsor_id
     OR OLD.controller_by_id IS NULL AND NEW.controller_by_id IS NOT NULL
        AND person <> ALL (controllers) THEN
    RAISE EXCEPTION 'An overlap is confirmed by the sponsor of the other measure and by a '
      'controller of either, two people who did not propose it.'
      USING ERRCODE = 'GV156', DETAIL = 'not_yours_to_confirm';
  END IF;
  IF OLD.sponsor_by_id IS NULL AND NEW.sponsor_by_id IS NOT NULL THEN
    NEW.sponsor_by_id := person;
    NEW.sponsor_at := assay_now();
    NEW.controller_at := OLD.controller_at;
  ELSE
    NEW.controller_by_id := person;
    NEW.controller_at := assay_now();
    NEW.sponsor_at := OLD.sponsor_at;
  END IF;
  NEW.state := CASE WHEN NEW.sponsor_by_id IS NULL OR NEW.controller_by_id IS NULL
                    THEN 'proposed' ELSE 'agreed' END;
  NEW.ended_by_id := NULL;
  NEW.ended_at := NULL;
  NEW.ended_reason := '';
  RETURN NEW;
END $$;

-- What is taken off shows figures of both measures to whoever sees where they come together.
CREATE FUNCTION assay_refuse_overlap_of_secret() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF TG_TABLE_NAME = 'measures_confidentiality' THEN
    PERFORM 1 FROM measures_overlap o WHERE o.organization_id = NEW.organization_id
        AND NEW.measure_id IN (o.measure_id, o.other_id) AND o.state IN ('proposed', 'agreed');
  ELSE
    PERFORM 1 FROM measures_confidentiality c WHERE c.organization_id = NEW.organization_id
        AND c.measure_id IN (NEW.measure_id, NEW.other_id) AND c.opened_at IS NULL;
  END IF;
  IF FOUND THEN
    RAISE EXCEPTION 'An overlap shows figures of both measures: a confidential one has none.'
      USING ERRCODE = 'GV159', DETAIL = 'overlap_of_secret';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assay_mark_overlap() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  INSERT INTO rollup_dirty (organization_id, measure_id)
  VALUES (NEW.organization_id, NEW.measure_id), (NEW.organization_id, NEW.other_id);
  RETURN NULL;
END $$;

CREATE TRIGGER a_own_name BEFORE INSERT OR UPDATE ON measures_overlap
  FOR EACH ROW EXECUTE FUNCTION assay_refuse_deputies();
CREATE TRIGGER guard_lines BEFORE INSERT ON measures_overlap
  FOR EACH ROW EXECUTE FUNCTION assay_guard_overlap_lines();
CREATE TRIGGER guard_change BEFORE UPDATE ON measures_overlap
  FOR EACH ROW EXECUTE FUNCTION assay_guard_overlap_change();
CREATE TRIGGER secret BEFORE INSERT OR UPDATE ON measures_overlap FOR EACH ROW
  WHEN (NEW.state IN ('proposed', 'agreed')) EXECUTE FUNCTION assay_refuse_overlap_of_secret();
CREATE TRIGGER has_overlap BEFORE INSERT ON measures_confidentiality
  FOR EACH ROW EXECUTE FUNCTION assay_refuse_overlap_of_secret();
CREATE TRIGGER mark_dirty AFTER INSERT OR UPDATE ON measures_overlap
  FOR EACH ROW EXECUTE FUNCTION assay_mark_overlap();
ALTER TABLE measures_overlap ENABLE ALWAYS TRIGGER a_own_name;
ALTER TABLE measures_overlap ENABLE ALWAYS TRIGGER guard_lines;
ALTER TABLE measures_overlap ENABLE ALWAYS TRIGGER guard_change;
ALTER TABLE measures_overlap ENABLE ALWAYS TRIGGER secret;
ALTER TABLE measures_confidentiality ENABLE ALWAYS TRIGGER has_overlap;
ALTER TABLE measures_overlap ENABLE ALWAYS TRIGGER mark_dirty;
""" + "".join(
    f"GRANT EXECUTE ON FUNCTION {name}() TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {name}() OWNER TO assay_audit_owner;"
    for name in (
        "assay_guard_overlap_lines",
        "assay_guard_overlap_change",
        "assay_refuse_overlap_of_secret",
        "assay_mark_overlap",
    )
)
HIDDEN = (
    "ALL ((SELECT coalesce(nullif(current_setting('app.withheld_rows', true), ''), '{}'))"
    "::bigint[])"
)
# As core.tables.ReadersOnly, of both measures: past ones stood before one became confidential.
READERS = f"""
CREATE POLICY readers_only ON measures_overlap AS RESTRICTIVE FOR SELECT TO assay_app
  USING (measure_id <> {HIDDEN} AND other_id <> {HIDDEN});
"""


TOLERANCE = """
INSERT INTO accounts_numberlimit (key, ours, lower, upper, is_whole, unit, needs_two)
VALUES ('overclaim_tolerance', 0.00, 0, 0.2, false, 'ratio', true);
"""


def _key(to: str, **options: object) -> core.tables.TenantKey:
    return core.tables.TenantKey(
        db_constraint=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=to,
        **options,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("governance", "0026_correcting"),
        ("measures", "0021_envelopes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Overlap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_year", models.SmallIntegerField()),
                ("amounts", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("reason", models.TextField()),
                ("state", models.CharField(choices=[("proposed", "proposed"), ("agreed", "agreed"), ("declined", "declined"), ("reversed", "reversed")], default="proposed", max_length=8)),
                ("proposed_at", models.DateTimeField(db_default=models.Func(function="assay_now"))),
                ("sponsor_at", models.DateTimeField(null=True)),
                ("controller_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_reason", models.TextField(blank=True, default="")),
                ("budget", _key("measures.budgetline")),
                ("measure", _key("measures.measure")),
                ("line", _key("measures.line", db_index=False)),
                ("other", _key("measures.measure")),
                ("other_line", _key("measures.line", db_index=False)),
                ("proposed_by", _key("accounts.member", db_index=False)),
                ("sponsor_by", _key("accounts.member", null=True, db_index=False)),
                ("controller_by", _key("accounts.member", null=True, db_index=False)),
                ("ended_by", _key("accounts.member", null=True, db_index=False)),
                ("organization", models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organization")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organization"),
                        django.db.models.functions.comparison.Least("line", "other_line"),
                        django.db.models.functions.comparison.Greatest("line", "other_line"),
                        condition=models.Q(("state__in", ["proposed", "agreed"])),
                        name="overlap_once_of_two_lines",
                    ),
                ],
            },
        ),
        TenantTable(
            "Overlap",
            grants="SELECT, INSERT, UPDATE (state, sponsor_by_id, sponsor_at, controller_by_id,"
            " controller_at, ended_by_id, ended_at, ended_reason)",
        ),
        migrations.RunSQL(GUARDS),
        migrations.RunSQL(TOLERANCE, migrations.RunSQL.noop),
        migrations.RunSQL(READERS),
    ]
