"""Spending envelopes of nodes, approvals beyond them, and the guard of what is committed."""

import core.tables
import core.tenancy
import django.db.models.deletion
import measures.rules.envelopes
from django.db import migrations, models

from core.tables import TenantTable

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# What is in force on a day, and what stands against it. Pages and guards ask the same functions.
READING = f"""
CREATE FUNCTION assay_envelopes(organization bigint, day date) RETURNS SETOF measures_envelope
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT DISTINCT ON (e.node_id, e.nature, e.fiscal_year) e.* FROM measures_envelope e
   WHERE e.organization_id = organization AND e.effective_on <= day
   ORDER BY e.node_id, e.nature, e.fiscal_year, e.version DESC
$$;

CREATE FUNCTION assay_envelope_limit(given measures_envelope) RETURNS numeric
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT given.amount + coalesce(sum(o.extra), 0) FROM measures_overspend o
   WHERE o.organization_id = given.organization_id AND o.envelope_id = given.id
     AND o.state = 'approved'
$$;

CREATE FUNCTION assay_spend(organization bigint, place bigint, wanted text, year integer,
  OUT used numeric, OUT committed numeric, OUT unrated bigint)
LANGUAGE sql STABLE {PINNED} AS $$
  WITH cost AS (
    SELECT l.id, m.stage >= 3 AND m.lifecycle <> 'cancelled' AS is_live,
           CASE WHEN l.currency = g.currency THEN 1 ELSE (
             SELECT r.value FROM measures_rate r
              WHERE r.organization_id = organization AND r.kind = 'plan'
                AND r.currency = l.currency AND r.fiscal_year = year
              ORDER BY r.version DESC LIMIT 1) END * power(10::numeric, l.decimals - 2) AS per_cent
      FROM hierarchy_node n
      JOIN measures_measure m ON m.organization_id = organization AND m.node_id = n.id
      JOIN measures_line l ON l.organization_id = organization AND l.measure_id = m.id
      JOIN accounts_profile g ON g.organization_id = organization
     WHERE n.organization_id = organization AND (n.id = place OR place = ANY (n.ancestor_ids))
       AND l.nature = wanted AND l.unit = 'money' AND l.removed_on IS NULL),
  latest AS (
    SELECT DISTINCT ON (s.line_id, s.series) s.line_id, s.series,
           ARRAY[p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12] AS months
      FROM cost c JOIN measures_seriesversion s
        ON s.organization_id = organization AND s.line_id = c.id AND s.fiscal_year = year
       AND s.split = '' AND s.series IN ('actual', 'forecast', 'plan')
     ORDER BY s.line_id, s.series, s.version DESC),
  months AS (
    SELECT c.id, c.is_live, c.per_cent, a.months[i] AS actual,
           coalesce(a.months[i], CASE WHEN c.is_live THEN coalesce(f.months[i], p.months[i]) END)
             AS outlook
      FROM cost c CROSS JOIN generate_series(1, 12) i
      LEFT JOIN latest a ON a.line_id = c.id AND a.series = 'actual'
      LEFT JOIN latest f ON f.line_id = c.id AND f.series = 'forecast'
      LEFT JOIN latest p ON p.line_id = c.id AND p.series = 'plan')
  SELECT coalesce(sum(round(t.actual)), 0), coalesce(sum(round(t.outlook)), 0),
         count(*) FILTER (WHERE t.outlook IS NULL AND t.is_given)
    FROM (SELECT id, sum(actual) / per_cent AS actual, sum(outlook) / per_cent AS outlook,
                 count(outlook) > 0 AS is_given
            FROM months GROUP BY id, per_cent) t
$$;
"""

GUARDS = f"""
CREATE FUNCTION assay_lock_envelopes(organization bigint) RETURNS void
LANGUAGE sql VOLATILE {PINNED} AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('assay:envelopes', organization))
$$;

-- Nobody gives themselves an envelope: the seat is judged at the node above, at the root there.
CREATE FUNCTION assay_guard_envelope() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  giver bigint;
  former measures_envelope;
BEGIN
  PERFORM assay_lock_envelopes(NEW.organization_id);
  SELECT coalesce(parent_id, id) INTO giver FROM hierarchy_node
   WHERE organization_id = NEW.organization_id AND id = NEW.node_id AND level < 5;
  IF NOT FOUND OR assay_acting_for() IS NOT NULL
     OR NOT (assay_has_seat(NEW.organization_id, assay_actor(), 'executive', giver)
             OR assay_has_seat(NEW.organization_id, assay_actor(), 'steering', giver)) THEN
    RAISE EXCEPTION 'The envelope of a node is set by an executive or the steering committee of '
      'the node above it, in person.' USING ERRCODE = 'GV160', DETAIL = 'envelope_of_others';
  END IF;
  SELECT * INTO former FROM measures_envelope
   WHERE organization_id = NEW.organization_id AND node_id = NEW.node_id
     AND nature = NEW.nature AND fiscal_year = NEW.fiscal_year
   ORDER BY version DESC LIMIT 1;
  IF NEW.version <> coalesce(former.version, 0) + 1
     OR NEW.effective_on < greatest(assay_today(NEW.organization_id), former.effective_on) THEN
    RAISE EXCEPTION 'The next version of an envelope follows the last one and holds from today or '
      'later, not before the last one does. Choose a later day.'
      USING ERRCODE = 'GV162', DETAIL = 'envelope_out_of_turn';
  END IF;
  NEW.recorded_at := assay_now();
  NEW.recorded_by_id := assay_actor();
  RETURN NEW;
END $$;

-- On each day on which an envelope begins: what is given below a node is not more than the node's.
CREATE FUNCTION assay_guard_nesting() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  crossed record;
BEGIN
  SELECT n.name, d.day INTO crossed
    FROM (SELECT DISTINCT effective_on AS day FROM measures_envelope
           WHERE organization_id = NEW.organization_id AND nature = NEW.nature
             AND fiscal_year = NEW.fiscal_year AND effective_on >= NEW.effective_on) d
    CROSS JOIN LATERAL assay_envelopes(NEW.organization_id, d.day) above
    JOIN hierarchy_node n ON n.organization_id = NEW.organization_id AND n.id = above.node_id
   WHERE above.nature = NEW.nature AND above.fiscal_year = NEW.fiscal_year
     AND above.amount < (
       SELECT sum(e.amount) FROM assay_envelopes(NEW.organization_id, d.day) e
         JOIN hierarchy_node b ON b.organization_id = NEW.organization_id AND b.id = e.node_id
        WHERE e.nature = NEW.nature AND e.fiscal_year = NEW.fiscal_year
          AND above.node_id = (
            SELECT f.node_id FROM assay_envelopes(NEW.organization_id, d.day) f
              JOIN hierarchy_node a ON a.organization_id = NEW.organization_id AND a.id = f.node_id
             WHERE f.nature = NEW.nature AND f.fiscal_year = NEW.fiscal_year
               AND f.node_id = ANY (b.ancestor_ids)
             ORDER BY a.level DESC LIMIT 1))
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'The envelopes below % would hold more than its own from % on. Give less '
      'below, or let its own envelope be raised first.', crossed.name, crossed.day
      USING ERRCODE = 'GV161', DETAIL = 'envelope_exceeds_its_own';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION assay_guard_overspend() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE given measures_envelope;
BEGIN
  PERFORM assay_lock_envelopes(NEW.organization_id);
  SELECT * INTO given FROM assay_envelopes(NEW.organization_id, assay_today(NEW.organization_id))
   WHERE id = NEW.envelope_id;
  IF given.id IS NULL THEN
    RAISE EXCEPTION 'This envelope is not in force any more. Look at the one that is, and ask '
      'again if it does not suffice.' USING ERRCODE = 'GV164', DETAIL = 'envelope_not_in_force';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'asked' OR assay_acting_for() IS NOT NULL
       OR NOT (assay_has_seat(NEW.organization_id, assay_actor(), 'lead', given.node_id)
            OR assay_has_seat(NEW.organization_id, assay_actor(), 'controller', given.node_id)) THEN
      RAISE EXCEPTION 'More than an envelope is asked for by leads and controllers of its node, in '
        'person.' USING ERRCODE = 'GV164', DETAIL = 'overspend_of_others';
    END IF;
    NEW.asked_at := assay_now();
    NEW.asked_by_id := assay_actor();
    NEW.decided_by_id := NULL;
    NEW.decided_at := NULL;
    RETURN NEW;
  END IF;
  IF OLD.state <> 'asked' OR NEW.state = 'asked'
     OR (NEW.envelope_id, NEW.extra, NEW.reason, NEW.asked_by_id, NEW.asked_at)
        IS DISTINCT FROM (OLD.envelope_id, OLD.extra, OLD.reason, OLD.asked_by_id, OLD.asked_at)
  THEN
    RAISE EXCEPTION 'What was asked beyond an envelope stays as it was asked, and is decided once.'
      USING ERRCODE = 'GV164', DETAIL = 'overspend_stays';
  END IF;
  IF assay_acting_for() IS NOT NULL OR assay_actor() IS NOT DISTINCT FROM OLD.asked_by_id
     OR NOT (assay_has_seat(NEW.organization_id, assay_actor(), 'executive', given.node_id)
          OR assay_has_seat(NEW.organization_id, assay_actor(), 'steering', given.node_id)) THEN
    RAISE EXCEPTION 'More than an envelope is decided by an executive or the steering committee of '
      'its node, in person, and never by who asked.'
      USING ERRCODE = 'GV164', DETAIL = 'overspend_not_decided_by_you';
  END IF;
  NEW.decided_at := assay_now();
  NEW.decided_by_id := assay_actor();
  RETURN NEW;
END $$;

-- Whatever makes a measure count: a gate, a re-plan that is decided, a restoration, a take-over.
-- The sentence names no figure, because confidential measures are in the sums.
CREATE FUNCTION assay_refuse_overspend() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  day date := assay_today(NEW.organization_id);
  given measures_envelope;
  own record;
  place text;
BEGIN
  PERFORM assay_lock_envelopes(NEW.organization_id);
  FOR given IN
    SELECT e.* FROM assay_envelopes(NEW.organization_id, day) e
      JOIN hierarchy_node n ON n.organization_id = NEW.organization_id AND n.id = NEW.node_id
     WHERE e.node_id = ANY (n.ancestor_ids)
       AND e.fiscal_year >= assay_fiscal_year(NEW.organization_id, day)
     ORDER BY e.fiscal_year, e.node_id
  LOOP
    own := assay_spend(NEW.organization_id, NEW.node_id, given.nature, given.fiscal_year);
    CONTINUE WHEN own.committed <= 0 AND own.unrated = 0;
    SELECT name INTO place FROM hierarchy_node
     WHERE organization_id = NEW.organization_id AND id = given.node_id;
    IF own.unrated > 0 THEN
      RAISE EXCEPTION 'A cost of this measure is in a currency without a plan rate for %, so that '
        'nobody can say whether the envelope of % covers it. A controller enters the rate.',
        given.fiscal_year, place USING ERRCODE = 'GV163', DETAIL = 'envelope_needs_rate';
    END IF;
    IF (assay_spend(NEW.organization_id, given.node_id, given.nature, given.fiscal_year)).committed
       > assay_envelope_limit(given) THEN
      RAISE EXCEPTION 'The envelope of % for % cost in % does not cover this measure. A lead or '
        'controller asks for more on the page of its envelopes, and an executive or the steering '
        'committee decides.', place, CASE given.nature WHEN 'one_time' THEN 'one-time'
        ELSE 'running' END, given.fiscal_year
        USING ERRCODE = 'GV163', DETAIL = 'over_the_envelope';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
"""

FUNCTIONS = (
    "assay_envelopes(bigint, date)", "assay_envelope_limit(measures_envelope)",
    "assay_spend(bigint, bigint, text, integer)", "assay_lock_envelopes(bigint)",
    "assay_guard_envelope()", "assay_guard_nesting()", "assay_guard_overspend()",
    "assay_refuse_overspend()",
)
BINDING = """
CREATE TRIGGER guard BEFORE INSERT ON measures_envelope
  FOR EACH ROW EXECUTE FUNCTION assay_guard_envelope();
CREATE TRIGGER nesting AFTER INSERT ON measures_envelope
  FOR EACH ROW EXECUTE FUNCTION assay_guard_nesting();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON measures_overspend
  FOR EACH ROW EXECUTE FUNCTION assay_guard_overspend();
CREATE TRIGGER within_envelope AFTER UPDATE ON measures_measure FOR EACH ROW
  WHEN (NEW.stage >= 3 AND NEW.lifecycle <> 'cancelled'
        AND (OLD.stage < 3 OR OLD.lifecycle = 'cancelled'))
  EXECUTE FUNCTION assay_refuse_overspend();
ALTER TABLE measures_envelope ENABLE ALWAYS TRIGGER guard;
ALTER TABLE measures_envelope ENABLE ALWAYS TRIGGER nesting;
ALTER TABLE measures_overspend ENABLE ALWAYS TRIGGER guard;
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER within_envelope;
""" + "".join(
    f"GRANT EXECUTE ON FUNCTION {name} TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {name} OWNER TO assay_audit_owner;"
    for name in FUNCTIONS
)



class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_bridge_days'),
        ('hierarchy', '0004_names_in_order'),
        ('measures', '0020_committed_lines'),
    ]

    operations = [
        migrations.CreateModel(
            name='Envelope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('one_time', 'one_time'), ('running', 'running')], max_length=8)),
                ('fiscal_year', models.SmallIntegerField()),
                ('version', models.IntegerField()),
                ('amount', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('reason', models.TextField()),
                ('recorded_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('node', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('recorded_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Overspend',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('extra', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('state', models.CharField(choices=[('asked', 'asked'), ('approved', 'approved'), ('rejected', 'rejected')], default=measures.rules.envelopes.OverspendState['ASKED'], max_length=8)),
                ('asked_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_reason', models.TextField(blank=True, default='')),
                ('asked_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('decided_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('envelope', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='overspends', to='measures.envelope')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddConstraint(
            model_name='envelope',
            constraint=models.UniqueConstraint(fields=('organization', 'node', 'nature', 'fiscal_year', 'version'), name='envelope_version_once'),
        ),
        migrations.AddConstraint(
            model_name='envelope',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lt', 10000000000000), ('fiscal_year__range', (1990, 2199)), ('nature__in', ['one_time', 'running']), models.Q(('reason', ''), _negated=True)), name='envelope_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='overspend',
            constraint=models.CheckConstraint(condition=models.Q(('extra__gt', 0), ('extra__lt', 10000000000000), models.Q(('reason', ''), _negated=True)), name='overspend_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='overspend',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'asked')), models.Q(('decided_at__isnull', False), ('state__in', ['approved', 'rejected']), models.Q(('decision_reason', ''), _negated=True)), _connector='OR'), name='overspend_decided_says_why'),
        ),
        migrations.AddConstraint(
            model_name='overspend',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('organization', 'envelope'), name='overspend_one_asked_of_each'),
        ),
        TenantTable("Envelope", append_only=True),
        TenantTable("Overspend"),
        migrations.RunSQL(READING),
        migrations.RunSQL(GUARDS),
        migrations.RunSQL(BINDING),
    ]
