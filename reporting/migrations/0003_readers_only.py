"""What a member does not read is cut off: rows of hidden measures, their nodes, telling sums.

A transaction that only reads says what is withheld from its actor (core/tenancy.py); one that
writes says nothing, because guards, numbering and sums must meet every row. Policies of role app
alone, so that what runs as the audit owner still sees all.
"""

from django.db import migrations

from core.tables import ReadersOnly

POOL = """
INSERT INTO accounts_numberlimit (key, ours, lower, upper, is_whole, unit, needs_two)
VALUES ('confidential_pool', 3, 2, 20, true, 'measures', true);
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0009_numbers_within_limits"),
        ("governance", "0018_numbers_by_two"),
        ("measures", "0012_confidential"),
        ("reporting", "0002_escalations_mark"),
        ("steering", "0007_value_lost"),
    ]

    operations = [
        ReadersOnly("hierarchy_node", "id", "nodes"),
        ReadersOnly("measures_measure", "id"),
        ReadersOnly("rollup_value", "node_id", "sums"),
        ReadersOnly("rollup_count", "node_id", "sums"),
        *(
            ReadersOnly(table)
            for table in (
                "measures_actualclaim",
                "measures_comment",
                "measures_commitment",
                "measures_confidentiality",
                "measures_evidence",
                "measures_line",
                "measures_measurestatus",
                "measures_milestone",
                "measures_namedreader",
                "measures_risk",
                "governance_closurecertificate",
                "governance_closureconfirmation",
                "governance_decision",
                "governance_forceddecision",
                "governance_gaterequest",
                "governance_leakage",
                "governance_lifecycledecision",
                "governance_linestatement",
                "governance_reopening",
                "governance_rephasing",
                "governance_restoration",
                "governance_rollback",
                "governance_rollbackconfirmation",
                "governance_ripple",
                "governance_shortfallapproval",
                "governance_stagepassage",
                "governance_sustainmentcheck",
                "governance_sustainmentfinding",
                "governance_takeover",
                "rollup_leaf",
                "steering_escalation",
                "steering_watch",
            )
        ),
        migrations.RunSQL(POOL, migrations.RunSQL.noop),
    ]
