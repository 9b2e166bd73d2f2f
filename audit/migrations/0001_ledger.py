"""The ledger: captured history, chained events, the outbox; owned by the audit owner."""

import core.tables
import core.tenancy
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from core.tables import AuditTable, TenantTable, append_only_sql


CAPTURE = """
CREATE FUNCTION assay_capture_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  row_before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  row_after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  known jsonb := coalesce(row_after, row_before);
BEGIN
  IF row_before IS NOT DISTINCT FROM row_after THEN
    RETURN NULL;
  END IF;
  INSERT INTO audit_history (organization_id, table_name, row_id, operation, before, after,
                             actor_id, recorded_at, transaction_id)
  VALUES ((known ->> 'organization_id')::bigint, TG_TABLE_NAME, (known ->> 'id')::bigint, TG_OP,
          row_before, row_after, assay_actor(), assay_now(),
          pg_current_xact_id()::text::bigint);
  RETURN NULL;
END $$
"""

# What is hashed of one captured row `h`, as the chain and whoever verifies it compute it.
HISTORY_DIGEST = """encode(sha256(convert_to(jsonb_build_array(
    h.id, h.organization_id, h.table_name, h.row_id, h.operation, h.before, h.after, h.actor_id,
    (extract(epoch FROM h.recorded_at) * 1000000)::bigint, h.transaction_id)::text, 'UTF8')), 'hex')"""

HISTORY_HASH = f"""
CREATE FUNCTION assay_history_hash(h audit_history) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT {HISTORY_DIGEST}
$$
"""

EVENT_HASH = """
CREATE FUNCTION assay_event_hash(e audit_event) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    e.previous_hash, e.organization_id, e.seq, e.act, e.subject_kind, e.subject_id, e.actor_id,
    e.decided_for_id, e.reason, e.details, e.effective_on::text, e.request_id::text,
    (extract(epoch FROM e.recorded_at) * 1000000)::bigint, e.database_user, e.transaction_id,
    e.history_from, e.history_to, e.history_digest)::text, 'UTF8')), 'hex')
$$
"""

# Every act waits for the head's row: what stands here is written to be short. The digest stands in
# the query itself, for calling a function with a pinned path costs as much as the hash.
CHAIN = f"""
CREATE FUNCTION assay_chain_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  head audit_head;
BEGIN
  SELECT * INTO head FROM audit_head WHERE organization_id = NEW.organization_id FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO audit_head (organization_id, seq, hash)
    VALUES (NEW.organization_id, 0, repeat('0', 64))
    ON CONFLICT (organization_id) DO NOTHING;
    SELECT * INTO head FROM audit_head WHERE organization_id = NEW.organization_id FOR UPDATE;
  END IF;
  NEW.seq := head.seq + 1;
  NEW.previous_hash := head.hash;
  NEW.actor_id := assay_actor();
  NEW.request_id := nullif(current_setting('app.request', true), '')::uuid;
  NEW.recorded_at := assay_now();
  NEW.database_user := session_user;
  NEW.transaction_id := pg_current_xact_id()::text::bigint;
  SELECT min(h.id), max(h.id), encode(sha256(convert_to(
           coalesce(string_agg({HISTORY_DIGEST}, '' ORDER BY h.id), ''), 'UTF8')), 'hex')
    INTO NEW.history_from, NEW.history_to, NEW.history_digest
    FROM audit_history h
   WHERE h.organization_id = NEW.organization_id AND h.transaction_id = NEW.transaction_id
     AND h.id > (SELECT coalesce(max(e.history_to), 0) FROM audit_event e
                  WHERE e.organization_id = NEW.organization_id
                    AND e.transaction_id = NEW.transaction_id);
  NEW.hash := assay_event_hash(NEW);
  UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash WHERE id = head.id;
  RETURN NEW;
END $$
"""

# The largest number covered is the last entry of an index, however many acts one transaction has; an
# EXISTS was planned as a scan of the whole ledger where an import had brought many at once.
ATTRIBUTE = """
CREATE FUNCTION assay_attribute_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.id > (SELECT coalesce(max(e.history_to), 0) FROM audit_event e
                WHERE e.organization_id = NEW.organization_id
                  AND e.transaction_id = NEW.transaction_id) THEN
    INSERT INTO audit_event (organization_id, seq, act, subject_kind, subject_id, reason, details,
                             database_user, transaction_id, history_digest, previous_hash, hash)
    VALUES (NEW.organization_id, 0, 'unattributed_change', NEW.table_name, NEW.row_id,
            'Rows were changed without a governed act.', '{}', '', 0, '', '', '');
  END IF;
  RETURN NULL;
END $$
"""

REFUSE = """
CREATE FUNCTION assay_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'What is written here stays as it is: % of % is refused.',
    lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'GV001', DETAIL = 'append_only';
END $$
"""

TRIGGERS = """
CREATE TRIGGER chain BEFORE INSERT ON audit_event
  FOR EACH ROW EXECUTE FUNCTION assay_chain_event();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER chain;
CREATE CONSTRAINT TRIGGER attribute AFTER INSERT ON audit_history
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION assay_attribute_history();
ALTER TABLE audit_history ENABLE ALWAYS TRIGGER attribute;
"""

FUNCTIONS = [CAPTURE, HISTORY_HASH, EVENT_HASH, CHAIN, ATTRIBUTE, REFUSE]



GRANTS = """
GRANT EXECUTE ON FUNCTION assay_history_hash(audit_history), assay_event_hash(audit_event)
  TO assay_app, assay_ops;
GRANT EXECUTE ON FUNCTION assay_capture_history(), assay_refuse_change() TO assay_owner;
"""
HAND_OVER = "".join(
    f"ALTER FUNCTION {name} OWNER TO assay_audit_owner;"
    for name in (
        "assay_capture_history()",
        "assay_history_hash(audit_history)",
        "assay_event_hash(audit_event)",
        "assay_chain_event()",
        "assay_attribute_history()",
        "assay_refuse_change()",
    )
)


class Migration(migrations.Migration):

    initial = True
    dependencies = [("accounts", "0001_identity")]
    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField(default=0)),
                ('act', models.TextField()),
                ('subject_kind', models.TextField()),
                ('subject_id', models.BigIntegerField(null=True)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('decided_for_id', models.BigIntegerField(null=True)),
                ('reason', models.TextField(default='')),
                ('details', models.JSONField(default=dict)),
                ('effective_on', models.DateField(null=True)),
                ('request_id', models.UUIDField(null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('database_user', models.TextField(default='')),
                ('transaction_id', models.BigIntegerField(default=0)),
                ('history_from', models.BigIntegerField(null=True)),
                ('history_to', models.BigIntegerField(null=True)),
                ('history_digest', models.TextField(default='')),
                ('previous_hash', models.TextField(default='')),
                ('hash', models.TextField(default='')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'audit_event',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.TextField()),
                ('attempts', models.IntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('last_error', models.TextField(default='')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('event', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.event')),
            ],
            options={
                'db_table': 'audit_delivery',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField()),
                ('hash', models.TextField()),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'audit_head',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='HistoryRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.TextField()),
                ('row_id', models.BigIntegerField()),
                ('operation', models.CharField(max_length=6)),
                ('before', models.JSONField(null=True)),
                ('after', models.JSONField(null=True)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('transaction_id', models.BigIntegerField()),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'audit_history',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member_id', models.BigIntegerField()),
                ('key', models.CharField(max_length=200)),
                ('request_digest', models.CharField(max_length=64)),
                ('response_status', models.SmallIntegerField(null=True)),
                ('response_body', models.TextField(default='')),
                ('response_location', models.TextField(default='')),
                ('created_at', models.DateTimeField()),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'db_table': 'audit_idempotency_key',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['organization', 'subject_kind', 'subject_id', 'seq'], name='event_subject'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['organization', 'transaction_id', 'history_to'], name='event_transaction'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(fields=('organization', 'seq'), name='event_seq_once'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['organization', 'next_at'], name='delivery_due'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('organization', 'event', 'task'), name='delivery_once_per_event_and_task'),
        ),
        migrations.AddConstraint(
            model_name='head',
            constraint=models.UniqueConstraint(fields=('organization',), name='head_one_per_organization'),
        ),
        migrations.AddIndex(
            model_name='historyrow',
            index=models.Index(fields=['organization', 'table_name', 'row_id', 'id'], name='history_row'),
        ),
        migrations.AddIndex(
            model_name='historyrow',
            index=models.Index(fields=['organization', 'transaction_id', 'id'], name='history_by_act'),
        ),
        migrations.AddConstraint(
            model_name='idempotencykey',
            constraint=models.UniqueConstraint(fields=('organization', 'member_id', 'key'), name='idempotency_key_once'),
        ),
        *(migrations.RunSQL(function) for function in FUNCTIONS),
        migrations.RunSQL(TRIGGERS),
        *(migrations.RunSQL(each) for each in append_only_sql("audit_event")),
        *(migrations.RunSQL(each) for each in append_only_sql("audit_history")),
        migrations.RunSQL(GRANTS),
        AuditTable("HistoryRow", may_insert=False),
        AuditTable("Event", may_insert=True),
        AuditTable("Head", may_insert=False),
        migrations.RunSQL(
            "ALTER TABLE audit_event ADD CONSTRAINT audit_event_in_organization"
            " UNIQUE (organization_id, id)"
        ),
        migrations.RunSQL(HAND_OVER),
        TenantTable("Delivery", grants="SELECT, INSERT, UPDATE", history=False),
        TenantTable("IdempotencyKey", grants="SELECT, INSERT, UPDATE, DELETE", history=False),
    ]
