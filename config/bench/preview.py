"""The preview of a gate scheme beside the bare scan of the very rows it looks at."""

from copy import deepcopy
from typing import Any

import psycopg
from psycopg import sql

from accounts.rules.roles import Role
from config.bench import bare, measuring
from config.bench.building import Built
from config.bench.measuring import Finding
from core import tenancy
from governance.queries import proposals
from governance.queries.proposals import Preview
from governance.rules.default_scheme import DOCUMENT
from governance.rules.schemes import Document, read

GOAL = "preview of a gate scheme vs the bare scan of its measures with all their rows"
ROUNDS = 3
TABLES = (
    "measures_measure",
    "measures_line",
    "measures_seriesversion",
    "measures_actualclaim",
    "measures_milestone",
    "measures_risk",
    "measures_dependency",
    "measures_evidence",
)


def findings(superuser: psycopg.Connection, built: Built) -> list[Finding]:
    """Return the line: every measure stands before the gate that the draft changes."""
    bare.copy_tables(superuser, *TABLES)
    now, then = read(DOCUMENT, 1), read(_with_risks(), 2)

    def ours() -> Preview:
        with tenancy.reading(built.actors[Role.ADMINISTRATOR]):
            return proposals.preview(now, then)

    def scan() -> None:
        for table in TABLES:
            superuser.execute(
                sql.SQL("SELECT * FROM {} WHERE organization_id = %s").format(
                    sql.Identifier(bare.SCHEMA, table)
                ),
                [built.id],
            ).fetchall()

    looked_at = ours().looked_at
    if looked_at != built.measures:
        raise RuntimeError(f"the preview looked at {looked_at} of {built.measures} measures")
    seconds = measuring.by_turns({"ours": ours, "bare": scan}, rounds=ROUNDS)
    return [measuring.beside(GOAL, 5, seconds)]


def _with_risks() -> Document:
    """Return the built-in scheme with one criterion more at the gate behind Decided."""
    document: dict[str, Any] = deepcopy(dict(DOCUMENT))
    document["gates"][3]["criteria"].append({"code": "risks", "parameters": {}})
    return document
