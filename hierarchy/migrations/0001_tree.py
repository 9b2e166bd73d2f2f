"""The tree and its seats, with the order of levels held by the database."""

import accounts.models
import core.tables
import core.tenancy
import django.contrib.postgres.fields
import django.db.models.deletion
import hierarchy.rules.levels
from django.db import migrations, models

from core.tables import TenantTable



LEVELS = """
ALTER TABLE hierarchy_node ADD COLUMN parent_level integer
  GENERATED ALWAYS AS (CASE WHEN parent_id IS NULL THEN NULL ELSE level - 1 END) STORED;
ALTER TABLE hierarchy_node ADD CONSTRAINT hierarchy_node_parent_is_one_level_up
  FOREIGN KEY (organization_id, parent_id, parent_level)
  REFERENCES hierarchy_node (organization_id, id, level) DEFERRABLE INITIALLY DEFERRED;
CREATE FUNCTION assay_guard_node() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.organization_id <> OLD.organization_id OR NEW.level <> OLD.level
     OR NEW.public_id <> OLD.public_id THEN
    RAISE EXCEPTION 'A node keeps its organization, its level and its address for ever.'
      USING ERRCODE = 'GV040', DETAIL = 'node_keeps_its_level';
  END IF;
  RETURN NEW;
END $$;
GRANT EXECUTE ON FUNCTION assay_guard_node() TO assay_app;
-- Numbering the tree anew updates every row: the function is called only where it would refuse.
CREATE TRIGGER guard BEFORE UPDATE ON hierarchy_node FOR EACH ROW
  WHEN ((OLD.organization_id, OLD.level, OLD.public_id)
        IS DISTINCT FROM (NEW.organization_id, NEW.level, NEW.public_id))
  EXECUTE FUNCTION assay_guard_node();
ALTER TABLE hierarchy_node ENABLE ALWAYS TRIGGER guard;
"""
# The numbers of the nested set change for hundreds of rows when room is made; they are a cache of
# parenthood and say nothing, so the ledger captures a node only when something else changes.
CAPTURE_WITHOUT_NUMBERS = """
DROP TRIGGER history ON hierarchy_node;
CREATE TRIGGER history AFTER INSERT OR DELETE ON hierarchy_node
  FOR EACH ROW EXECUTE FUNCTION assay_capture_history();
CREATE TRIGGER history_of_change AFTER UPDATE ON hierarchy_node FOR EACH ROW
  WHEN ((OLD.parent_id, OLD.name, OLD.code, OLD.archived_on, OLD.version, OLD.ancestor_ids)
        IS DISTINCT FROM
        (NEW.parent_id, NEW.name, NEW.code, NEW.archived_on, NEW.version, NEW.ancestor_ids))
  EXECUTE FUNCTION assay_capture_history();
ALTER TABLE hierarchy_node ENABLE ALWAYS TRIGGER history;
ALTER TABLE hierarchy_node ENABLE ALWAYS TRIGGER history_of_change;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_tenant'),
    ]

    operations = [
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('code', models.CharField(blank=True, default='', max_length=60)),
                ('public_id', models.UUIDField(db_default=accounts.models.PublicId(), editable=False)),
                ('ancestor_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('archived_on', models.DateField(blank=True, null=True)),
                ('version', models.IntegerField(default=1)),
                ('lft', models.PositiveIntegerField(editable=False)),
                ('rght', models.PositiveIntegerField(editable=False)),
                ('tree_id', models.PositiveIntegerField(db_index=True, editable=False)),
                ('level', models.PositiveIntegerField(editable=False)),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
                ('parent', core.tables.TenantKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='hierarchy.node')),
            ],
            options={
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('administrator', 'administrator'), ('executive', 'executive'), ('lead', 'lead'), ('sponsor', 'sponsor'), ('controller', 'controller'), ('owner', 'owner'), ('steering', 'steering')], max_length=20)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('granted_by', core.tables.TenantKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('member', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.member')),
                ('node', core.tables.TenantKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=core.tenancy.current_organization_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organization')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='node',
            index=models.Index(fields=['organization', 'lft'], name='node_interval'),
        ),
        migrations.AddIndex(
            model_name='node',
            index=models.Index(fields=['organization', 'parent'], name='node_children'),
        ),
        migrations.AddIndex(
            model_name='node',
            index=models.Index(fields=['tree_id', 'lft'], name='hierarchy_node_tree_id_lft_idx'),
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.UniqueConstraint(fields=('organization', 'public_id'), name='node_public_id'),
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('organization', 'code'), name='node_code_once'),
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.UniqueConstraint(condition=models.Q(('parent__isnull', True)), fields=('organization',), name='node_one_root'),
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.UniqueConstraint(fields=('organization', 'id', 'level'), name='node_id_and_level'),
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', hierarchy.rules.levels.Level['ORGANIZATION']), ('parent__isnull', True)), models.Q(('level__range', (hierarchy.rules.levels.Level['PORTFOLIO'], hierarchy.rules.levels.Level['MEASURE'])), ('parent__isnull', False)), _connector='OR'), name='node_level_fits_parent'),
        ),
        migrations.AddConstraint(
            model_name='node',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='node_has_a_name'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(fields=['organization', 'member'], name='seat_of_member'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(fields=['organization', 'node'], name='seat_at_node'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('organization', 'member', 'node', 'role'), name='seat_once'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['administrator', 'executive', 'lead', 'sponsor', 'controller', 'owner', 'steering'])), name='seat_role_is_known'),
        ),
        TenantTable("Node"),
        TenantTable("Seat"),
        migrations.RunSQL(LEVELS),
        migrations.RunSQL(CAPTURE_WITHOUT_NUMBERS),
    ]
