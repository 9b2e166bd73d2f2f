"""An act names whom its doer stood in for as the transaction says it, whatever a row claims."""

import importlib

from django.db import migrations

LEDGER = importlib.import_module("audit.migrations.0001_ledger")
CHAIN = LEDGER.CHAIN.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
    "  NEW.actor_id := assay_actor();\n",
    "  NEW.actor_id := assay_actor();\n  NEW.decided_for_id := assay_acting_for();\n",
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_published_heads"), ("accounts", "0006_acting_for")]
    operations = [migrations.RunSQL(CHAIN, migrations.RunSQL.noop)]
