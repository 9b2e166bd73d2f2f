"""Confidential measures, who reads them by name, and `assay_sight`: what a member does not read.

The policies that cut off what is not read stand in reporting, the highest app with such tables.
"""

import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import TenantTable

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# Not `assay_stands_in`: that locks, and a page only reads.
READS = f"""
CREATE FUNCTION assay_reads(
  subject measures_measure, secret bigint, person bigint, principal bigint) RETURNS boolean
LANGUAGE plpgsql STABLE {PINNED} AS $$
BEGIN
  IF person IS NULL THEN
    RETURN false;
  END IF;
  IF person IN (coalesce(subject.owner_id, 0), coalesce(subject.sponsor_id, 0),
                coalesce(subject.controller_id, 0)) THEN
    RETURN true;
  END IF;
  IF EXISTS (SELECT 1 FROM measures_namedreader r
              WHERE r.organization_id = subject.organization_id AND r.confidentiality_id = secret
                AND r.member_id = person AND r.withdrawn_at IS NULL) THEN
    RETURN true;
  END IF;
  RETURN principal IS NOT NULL AND EXISTS (
    SELECT 1 FROM hierarchy_deputyship d
      JOIN hierarchy_node n
        ON n.organization_id = subject.organization_id AND n.id = subject.node_id
      JOIN accounts_member p
        ON p.organization_id = d.organization_id AND p.id = d.principal_id
     WHERE d.organization_id = subject.organization_id AND d.deputy_id = person
       AND d.principal_id = principal AND d.revoked_at IS NULL AND p.left_on IS NULL
       AND assay_today(subject.organization_id) BETWEEN d.first_on AND d.last_on
       AND (d.node_id = n.id OR d.node_id = ANY (n.ancestor_ids))
       AND principal = CASE d.role WHEN 'sponsor' THEN subject.sponsor_id
                                   WHEN 'controller' THEN subject.controller_id END);
END $$;
"""

# One look at each transaction's beginning: NULL where nothing is kept from this member. A kind of
# sum is a group with its bucket and series, if the measure puts anything into it.
SIGHT = f"""
CREATE FUNCTION assay_sight(person bigint, principal bigint, pool integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER {PINNED} AS $$
DECLARE
  organization bigint := assay_organization();
  found jsonb;
BEGIN
  IF person IS NULL OR organization IS NULL
     OR NOT EXISTS (SELECT 1 FROM measures_confidentiality c
                     WHERE c.organization_id = organization AND c.opened_at IS NULL) THEN
    RETURN NULL;
  END IF;
  SELECT jsonb_build_object(
           'leaves', coalesce(jsonb_agg(jsonb_build_array(s.measure, s.node, s.above, s.kinds))
                                FILTER (WHERE NOT s.reads), '[]'),
           'opened', coalesce(jsonb_agg(s.node) FILTER (WHERE s.reads), '[]'),
           'pool', greatest(2, coalesce((
             SELECT n.value::integer FROM accounts_numbersetting n
              WHERE n.organization_id = organization AND n.key = 'confidential_pool'
                AND n.effective_on <= assay_today(organization)
              ORDER BY n.version DESC LIMIT 1), pool)))
    INTO found
    FROM (SELECT m.id AS measure, m.node_id AS node, n.ancestor_ids AS above, r.reads,
                 CASE WHEN r.reads THEN NULL ELSE ARRAY(
                   SELECT DISTINCT v.group_id || v.bucket ||
                          CASE WHEN v.series IN ('actual', 'claimed', 'unclaimed') THEN 'real'
                               ELSE 'said' END
                     FROM rollup_value v
                    WHERE v.organization_id = organization AND v.node_id = m.node_id
                      AND (v.p01, v.p02, v.p03, v.p04, v.p05, v.p06, v.p07, v.p08, v.p09, v.p10,
                           v.p11, v.p12) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) END AS kinds
            FROM measures_confidentiality c
            JOIN measures_measure m ON m.organization_id = organization AND m.id = c.measure_id
            JOIN hierarchy_node n ON n.organization_id = organization AND n.id = m.node_id
           CROSS JOIN LATERAL (SELECT assay_reads(m, c.id, person, principal) AS reads) r
           WHERE c.organization_id = organization AND c.opened_at IS NULL) s;
  RETURN found;
END $$;
"""

GUARDS = f"""
CREATE FUNCTION assay_secret_of(organization bigint, measure bigint) RETURNS bigint
LANGUAGE sql STABLE {PINNED} AS $$
  SELECT c.id FROM measures_confidentiality c
   WHERE c.organization_id = organization AND c.measure_id = measure AND c.opened_at IS NULL
$$;

CREATE FUNCTION assay_keeper() RETURNS bigint LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  IF assay_actor() IS NULL OR assay_acting_for() IS NOT NULL THEN
    RAISE EXCEPTION 'Who reads a confidential measure is decided by a person, in one''s own name.'
      USING ERRCODE = 'GV080', DETAIL = 'a_person_keeps_secrets';
  END IF;
  RETURN assay_actor();
END $$;

CREATE FUNCTION assay_guard_confidentiality() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_keeper();
  subject measures_measure;
  openers bigint[];
BEGIN
  -- Held, so that nobody becomes sponsor or controller meanwhile.
  SELECT * INTO subject FROM measures_measure
   WHERE organization_id = NEW.organization_id AND id = NEW.measure_id FOR NO KEY UPDATE;
  IF TG_OP = 'INSERT' THEN
    IF subject.owner_id IS NULL OR subject.sponsor_id IS NULL THEN
      RAISE EXCEPTION 'A measure becomes confidential once it has an owner and a sponsor: '
        'they are the ones who name its readers.'
        USING ERRCODE = 'GV080', DETAIL = 'secret_needs_people';
    END IF;
    IF person NOT IN (subject.owner_id, subject.sponsor_id) AND NOT assay_has_seat(
         NEW.organization_id, person, 'lead', subject.node_id) THEN
      RAISE EXCEPTION 'A measure is made confidential by its owner, its sponsor or a lead.'
        USING ERRCODE = 'GV081', DETAIL = 'not_yours_to_hide';
    END IF;
    NEW.made_by_id := person;
    NEW.made_at := assay_now();
    NEW.opening_by_id := NULL;
    NEW.opening_at := NULL;
    NEW.opening_reason := '';
    NEW.opened_by_id := NULL;
    NEW.opened_at := NULL;
    RETURN NEW;
  END IF;
  IF OLD.opened_at IS NOT NULL
     OR to_jsonb(NEW) - ARRAY['opening_by_id', 'opening_at', 'opening_reason', 'opened_by_id',
                              'opened_at']
     <> to_jsonb(OLD) - ARRAY['opening_by_id', 'opening_at', 'opening_reason', 'opened_by_id',
                              'opened_at'] THEN
    RAISE EXCEPTION 'Why a measure was confidential, and until when, does not change.'
      USING ERRCODE = 'GV082', DETAIL = 'confidentiality_is_fixed';
  END IF;
  openers := ARRAY[subject.sponsor_id, coalesce(subject.controller_id, subject.owner_id)];
  IF person <> ALL (openers) THEN
    RAISE EXCEPTION 'A confidential measure is opened by its sponsor and its controller.'
      USING ERRCODE = 'GV083', DETAIL = 'not_yours_to_open';
  END IF;
  IF NEW.opened_at IS NOT NULL OR NEW.opened_by_id IS NOT NULL THEN
    IF OLD.opening_by_id IS NULL OR person = OLD.opening_by_id
       OR OLD.opening_by_id <> ALL (openers) THEN
      RAISE EXCEPTION 'Opening takes two: one of sponsor and controller proposes it, the other '
        'confirms.' USING ERRCODE = 'GV083', DETAIL = 'opening_takes_two';
    END IF;
    NEW.opening_by_id := OLD.opening_by_id;
    NEW.opening_at := OLD.opening_at;
    NEW.opening_reason := OLD.opening_reason;
    NEW.opened_by_id := person;
    NEW.opened_at := assay_now();
  ELSIF NEW.opening_by_id IS NULL THEN
    NEW.opening_at := NULL;
    NEW.opening_reason := '';
  ELSIF OLD.opening_by_id IS NOT NULL OR NEW.opening_reason = '' THEN
    RAISE EXCEPTION 'An opening is proposed once and with a reason; take it back first.'
      USING ERRCODE = 'GV082', DETAIL = 'opening_is_proposed';
  ELSE
    NEW.opening_by_id := person;
    NEW.opening_at := assay_now();
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON measures_confidentiality
  FOR EACH ROW EXECUTE FUNCTION assay_guard_confidentiality();
ALTER TABLE measures_confidentiality ENABLE ALWAYS TRIGGER guard;

CREATE FUNCTION assay_guard_reader() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_keeper();
  subject measures_measure;
  secret bigint;
BEGIN
  SELECT * INTO subject FROM measures_measure
   WHERE organization_id = NEW.organization_id AND id = NEW.measure_id FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.withdrawn_at IS NOT NULL OR to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by_id']
       <> to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by_id'] THEN
      RAISE EXCEPTION 'A reader stays as named: withdraw and name again.'
        USING ERRCODE = 'GV082', DETAIL = 'reader_is_fixed';
    END IF;
    IF person NOT IN (coalesce(subject.owner_id, 0), coalesce(subject.sponsor_id, 0),
                      OLD.member_id) THEN
      RAISE EXCEPTION 'A reader is withdrawn by the owner or the sponsor, or steps down.'
        USING ERRCODE = 'GV084', DETAIL = 'not_yours_to_withdraw';
    END IF;
    NEW.withdrawn_at := assay_now();
    NEW.withdrawn_by_id := person;
    RETURN NEW;
  END IF;
  secret := assay_secret_of(NEW.organization_id, NEW.measure_id);
  IF secret IS NULL OR secret <> NEW.confidentiality_id THEN
    RAISE EXCEPTION 'Readers are named while a measure is confidential.'
      USING ERRCODE = 'GV082', DETAIL = 'nothing_to_read';
  END IF;
  IF person NOT IN (coalesce(subject.owner_id, 0), coalesce(subject.sponsor_id, 0)) THEN
    RAISE EXCEPTION 'A reader is named by the owner or the sponsor of the measure.'
      USING ERRCODE = 'GV084', DETAIL = 'not_yours_to_name_readers';
  END IF;
  IF EXISTS (SELECT 1 FROM accounts_member p WHERE p.organization_id = NEW.organization_id
               AND p.id = NEW.member_id AND p.left_on IS NOT NULL) THEN
    RAISE EXCEPTION 'Who has left reads nothing.'
      USING ERRCODE = 'GV082', DETAIL = 'readers_are_members';
  END IF;
  NEW.named_by_id := person;
  NEW.named_at := assay_now();
  NEW.withdrawn_at := NULL;
  NEW.withdrawn_by_id := NULL;
  RETURN NEW;
END $$;

CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON measures_namedreader
  FOR EACH ROW EXECUTE FUNCTION assay_guard_reader();
ALTER TABLE measures_namedreader ENABLE ALWAYS TRIGGER guard;

-- Else whoever may name people would name themselves, and read.
CREATE FUNCTION assay_guard_secret_people() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE secret bigint := assay_secret_of(OLD.organization_id, OLD.id);
BEGIN
  IF secret IS NOT NULL AND NOT assay_reads(OLD, secret, assay_actor(), NULL) THEN
    RAISE EXCEPTION 'The people of a confidential measure are changed by its readers only.'
      USING ERRCODE = 'GV084', DETAIL = 'people_of_a_secret';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER secret_people BEFORE UPDATE ON measures_measure FOR EACH ROW
  WHEN ((OLD.owner_id, OLD.sponsor_id, OLD.controller_id)
        IS DISTINCT FROM (NEW.owner_id, NEW.sponsor_id, NEW.controller_id))
  EXECUTE FUNCTION assay_guard_secret_people();
ALTER TABLE measures_measure ENABLE ALWAYS TRIGGER secret_people;

-- Lights tell in words which measure is behind them: of this one and of what waits for it.
CREATE FUNCTION assay_mark_secret() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
BEGIN
  INSERT INTO rollup_dirty (organization_id, measure_id)
  SELECT NEW.organization_id, NEW.measure_id
   UNION SELECT NEW.organization_id, d.measure_id FROM measures_dependency d
   WHERE d.organization_id = NEW.organization_id AND d.needs_id = NEW.measure_id
     AND d.removed_at IS NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER mark_dirty AFTER INSERT OR UPDATE ON measures_confidentiality
  FOR EACH ROW EXECUTE FUNCTION assay_mark_secret();
ALTER TABLE measures_confidentiality ENABLE ALWAYS TRIGGER mark_dirty;
"""

FUNCTIONS = (
    "assay_reads(measures_measure, bigint, bigint, bigint)",
    "assay_sight(bigint, bigint, integer)",
    "assay_secret_of(bigint, bigint)",
    "assay_keeper()",
    "assay_guard_confidentiality()",
    "assay_guard_reader()",
    "assay_guard_secret_people()",
    "assay_mark_secret()",
)
HAND_OVER = "".join(
    f"GRANT EXECUTE ON FUNCTION {each} TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {each} OWNER TO assay_audit_owner;"
    for each in FUNCTIONS
)


def _member(**options):
    return core.tables.TenantKey(
        db_constraint=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.member",
        **options,
    )


def _key(to, name):
    return core.tables.TenantKey(
        db_constraint=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to=to,
    )


def _organization():
    return models.ForeignKey(
        db_index=False,
        default=core.tenancy.current_organization_id,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.organization",
    )


def _id():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0009_numbers_within_limits"),
        ("hierarchy", "0003_deputyships"),
        ("measures", "0011_commitments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Confidentiality",
            fields=[
                ("id", _id()),
                ("kind", models.CharField(choices=[("headcount", "Headcount"), ("acquisition", "Acquisition"), ("other", "Other")], max_length=12)),
                ("reason", models.TextField()),
                ("made_at", models.DateTimeField(db_default=models.Func(function="assay_now"))),
                ("opening_at", models.DateTimeField(null=True)),
                ("opening_reason", models.TextField(blank=True, default="")),
                ("opened_at", models.DateTimeField(null=True)),
                ("made_by", _member()),
                ("measure", _key("measures.measure", "confidentialities")),
                ("opened_by", _member(null=True)),
                ("opening_by", _member(null=True)),
                ("organization", _organization()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("opened_at__isnull", True)), fields=("organization", "measure"), name="confidential_once_per_measure"),
                    models.CheckConstraint(condition=models.Q(("kind__in", ["headcount", "acquisition", "other"])), name="confidential_kind_is_known"),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="confidential_has_a_reason"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NamedReader",
            fields=[
                ("id", _id()),
                ("reason", models.TextField()),
                ("named_at", models.DateTimeField(db_default=models.Func(function="assay_now"))),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("confidentiality", _key("measures.confidentiality", "readers")),
                ("measure", _key("measures.measure", "named_readers")),
                ("member", _member()),
                ("named_by", _member()),
                ("organization", _organization()),
                ("withdrawn_by", _member(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("withdrawn_at__isnull", True)), fields=("organization", "confidentiality", "member"), name="reader_once_each_time"),
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="reader_has_a_reason"),
                ],
            },
        ),
        TenantTable(
            "Confidentiality",
            grants="SELECT, INSERT, UPDATE (opening_by_id, opening_at, opening_reason,"
            " opened_by_id, opened_at)",
        ),
        TenantTable(
            "NamedReader", grants="SELECT, INSERT, UPDATE (withdrawn_by_id, withdrawn_at)"
        ),
        migrations.RunSQL(READS + SIGHT + GUARDS + HAND_OVER),
    ]
