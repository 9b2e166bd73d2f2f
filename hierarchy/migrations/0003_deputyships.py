"""Deputyships: who stands in for whom, guarded against every path."""

import accounts.models
import core.tables
import core.tenancy
import django.db.models.deletion
from django.db import migrations, models

from core.tables import TenantTable

PINNED = "SET search_path = pg_catalog, public, pg_temp"

# The row is locked, so that who is revoked meanwhile decides nothing.
STANDS_IN = f"""
CREATE FUNCTION assay_stands_in(
  organization bigint, person bigint, principal bigint, wanted text, node bigint) RETURNS boolean
LANGUAGE plpgsql {PINNED} AS $$
DECLARE day date := assay_today(organization);
BEGIN
  PERFORM 1 FROM hierarchy_deputyship d
    JOIN hierarchy_node n ON n.organization_id = organization AND n.id = node
    JOIN accounts_member a ON a.organization_id = organization AND a.id = d.deputy_id
    JOIN accounts_member b ON b.organization_id = organization AND b.id = d.principal_id
   WHERE d.organization_id = organization AND d.deputy_id = person
     AND d.principal_id = principal AND d.role = wanted AND d.revoked_at IS NULL
     AND day BETWEEN d.first_on AND d.last_on
     AND (d.node_id = n.id OR d.node_id = ANY (n.ancestor_ids))
     AND a.left_on IS NULL AND b.left_on IS NULL
     FOR SHARE OF d;
  RETURN FOUND;
END $$;

CREATE FUNCTION assay_has_seat(organization bigint, person bigint, wanted text, node bigint)
RETURNS boolean LANGUAGE plpgsql {PINNED} AS $$
DECLARE day date := assay_today(organization);
BEGIN
  PERFORM 1 FROM hierarchy_seat s
    JOIN hierarchy_node n ON n.organization_id = organization AND n.id = node
    JOIN accounts_member p ON p.organization_id = organization AND p.id = s.member_id
   WHERE s.organization_id = organization AND s.member_id = person AND s.role = wanted
     AND (s.node_id = n.id OR s.node_id = ANY (n.ancestor_ids))
     AND s.valid_from <= day AND (s.valid_to IS NULL OR s.valid_to > day) AND p.left_on IS NULL
     FOR SHARE OF s;
  RETURN FOUND;
END $$;
"""

GUARD = f"""
CREATE FUNCTION assay_guard_deputyship() RETURNS trigger LANGUAGE plpgsql {PINNED} AS $$
DECLARE
  person bigint := assay_actor();
  longest numeric;
BEGIN
  IF person IS NULL OR assay_acting_for() IS NOT NULL THEN
    RAISE EXCEPTION 'A deputy is named and revoked in one''s own name.'
      USING ERRCODE = 'GV070', DETAIL = 'a_person_deputises';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(NEW) - ARRAY['revoked_at', 'revoked_by_id']
       <> to_jsonb(OLD) - ARRAY['revoked_at', 'revoked_by_id'] OR OLD.revoked_at IS NOT NULL THEN
      RAISE EXCEPTION 'A deputyship stays as it was named: revoke it and name another.'
        USING ERRCODE = 'GV071', DETAIL = 'deputyship_is_fixed';
    END IF;
    IF person NOT IN (OLD.principal_id, OLD.deputy_id)
       AND NOT assay_has_seat(OLD.organization_id, person, 'administrator', OLD.node_id) THEN
      RAISE EXCEPTION 'A deputyship is revoked by either side, or by an administrator.'
        USING ERRCODE = 'GV072', DETAIL = 'not_yours_to_deputise';
    END IF;
    NEW.revoked_at := assay_now();
    NEW.revoked_by_id := person;
    RETURN NEW;
  END IF;
  IF person <> NEW.principal_id AND (person = NEW.deputy_id
     OR NOT assay_has_seat(NEW.organization_id, person, 'administrator', NEW.node_id)) THEN
    RAISE EXCEPTION 'A deputy is named by the member, or by an administrator who is not the deputy.'
      USING ERRCODE = 'GV072', DETAIL = 'not_yours_to_deputise';
  END IF;
  IF EXISTS (SELECT 1 FROM accounts_member p WHERE p.organization_id = NEW.organization_id
               AND p.id IN (NEW.principal_id, NEW.deputy_id) AND p.left_on IS NOT NULL) THEN
    RAISE EXCEPTION 'Who has left stands in for nobody, and nobody for them.'
      USING ERRCODE = 'GV073', DETAIL = 'deputies_are_members';
  END IF;
  SELECT coalesce((SELECT n.value FROM accounts_numbersetting n
     WHERE n.organization_id = NEW.organization_id AND n.key = 'deputy_days'
       AND n.effective_on <= assay_today(NEW.organization_id)
     ORDER BY n.version DESC LIMIT 1), 90) INTO longest;
  IF NEW.first_on < assay_today(NEW.organization_id)
     OR NEW.last_on - NEW.first_on + 1 > least(longest, 183) THEN
    RAISE EXCEPTION 'A deputy is named from today on at the earliest, for at most % days.', longest
      USING ERRCODE = 'GV074', DETAIL = 'deputy_term';
  END IF;
  NEW.named_by_id := person;
  NEW.named_at := assay_now();
  NEW.revoked_at := NULL;
  NEW.revoked_by_id := NULL;
  RETURN NEW;
END $$;

CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON hierarchy_deputyship
  FOR EACH ROW EXECUTE FUNCTION assay_guard_deputyship();
ALTER TABLE hierarchy_deputyship ENABLE ALWAYS TRIGGER guard;
"""

FUNCTIONS = (
    "assay_stands_in(bigint, bigint, bigint, text, bigint)",
    "assay_has_seat(bigint, bigint, text, bigint)",
    "assay_guard_deputyship()",
)
HAND_OVER = "".join(
    f"GRANT EXECUTE ON FUNCTION {each} TO assay_app, assay_owner, assay_audit_owner;"
    f"ALTER FUNCTION {each} OWNER TO assay_audit_owner;"
    for each in FUNCTIONS
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_acting_for'),
        ('hierarchy', '0002_invitations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Deputyship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False)),
                ('role', models.CharField(choices=[('sponsor', 'sponsor'), ('controller', 'controller'), ('lead', 'lead'), ('steering', 'steering'), ('executive', 'executive')], max_length=20)),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('reason', models.TextField(blank=True, default='')),
                ('named_at', models.DateTimeField(db_default=models.Func(function='assay_now'))),
                ('revoked_at', models.DateTimeField(null=True)),
                ('deputy', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('named_by', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('node', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('principal', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('revoked_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'indexes': [models.Index(fields=['organization', 'deputy', 'last_on'], name='deputyship_of_deputy'), models.Index(fields=['organization', 'principal'], name='deputyship_for_principal')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'public_id'), name='deputyship_public_id'), models.CheckConstraint(condition=models.Q(('deputy', models.F('principal')), _negated=True), name='deputyship_is_of_another'), models.CheckConstraint(condition=models.Q(('role__in', ['sponsor', 'controller', 'lead', 'steering', 'executive'])), name='deputyship_role_is_one_of_duties'), models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='deputyship_has_its_days')],
            },
        ),
        TenantTable("Deputyship", grants="SELECT, INSERT, UPDATE (revoked_at, revoked_by_id)"),
        migrations.RunSQL(STANDS_IN),
        migrations.RunSQL(GUARD),
        migrations.RunSQL(HAND_OVER),
    ]
