"""Tenant tables: the abstract row, its keys, and the migration step that secures a table."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self, TypeVar

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from core import tenancy

M = TypeVar("M", bound=models.Model)

APP, OPS, AUDIT_OWNER = "assay_app", "assay_ops", "assay_audit_owner"

# The subselect is evaluated once a statement; nullif, because an unset setting reads ''.
IN_ORGANIZATION = (
    "(organization_id = ( SELECT (NULLIF(current_setting('app.organization'::text, true),"
    " ''::text))::bigint AS \"nullif\"))"
)


class TenantManager(models.Manager[M]):
    """Gives the active organization's rows only, and raises TenantMissing when none is active."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Return the active organization's rows."""
        rows = super().get_queryset()
        return rows.filter(organization_id=tenancy.current_organization_id())


class TenantKey(models.ForeignKey):  # type: ignore[type-arg]  # generic only in the stubs
    """A foreign key inside one organization; `TenantTable` makes it (organization_id, id)."""

    def __init__(self, to: str | type[models.Model], **options: Any) -> None:
        options.setdefault("on_delete", models.PROTECT)
        options.setdefault("related_name", "+")
        options["db_constraint"] = False
        super().__init__(to, **options)


class TenantModel(models.Model):
    """A row of one organization: its key comes from the context and row-level security holds it."""

    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        default=tenancy.current_organization_id,
        related_name="+",
        editable=False,
        db_index=False,
    )

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class TenantTable(Operation):
    """Secure one tenant table: unique key, composite foreign keys, forced policies, grants.

    `history` has every change of a row captured for the ledger; `grants` are what role app may
    do; `append_only` refuses every later change to everybody; `read_policy` is a second policy
    for SELECT.
    """

    reversible = True

    def __init__(
        self,
        name: str,
        *,
        grants: str = "SELECT, INSERT, UPDATE",
        history: bool = True,
        append_only: bool = False,
        read_policy: str = "",
    ) -> None:
        self.name, self.history, self.append_only = name, history, append_only
        self.grants = "SELECT, INSERT" if append_only else grants
        self.read_policy = read_policy

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a squashed migration needs."""
        options = {
            "grants": self.grants,
            "history": self.history,
            "append_only": self.append_only,
            "read_policy": self.read_policy,
        }
        return self.__class__.__qualname__, [self.name], options

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django's own state knows is changed."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the statements of `securing_sql`."""
        model = to_state.apps.get_model(app_label, self.name)
        for statement in self.securing_sql(model):
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Nothing: the table itself is dropped by the step before."""

    def describe(self) -> str:
        """Return the sentence for `migrate`'s output."""
        return f"Secure tenant table {self.name}"

    def securing_sql(self, model: type[models.Model]) -> Iterable[str]:
        """Yield the statements in order."""
        table = model._meta.db_table
        yield (
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_in_organization"
            " UNIQUE (organization_id, id)"
        )
        yield from self.key_sql(model, table)
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield (
            f"CREATE POLICY organization_only ON {table}"
            f" USING {IN_ORGANIZATION} WITH CHECK {IN_ORGANIZATION}"
        )
        if self.read_policy:
            yield f"CREATE POLICY own_rows ON {table} FOR SELECT USING ({self.read_policy})"
        yield f"GRANT {self.grants} ON {table} TO {APP}"
        yield f"GRANT SELECT ON {table} TO {AUDIT_OWNER}, {OPS}"
        if self.append_only:
            yield from append_only_sql(table)
        if self.history:
            yield from history_sql(table)

    def key_sql(self, model: type[models.Model], table: str) -> Iterable[str]:
        """Yield a composite foreign key for each TenantKey (and each key mptt or others made)."""
        for field in model._meta.local_fields:
            remote = field.related_model
            if not isinstance(field, models.ForeignKey) or _is_constrained(field):
                continue
            target = remote._meta.db_table  # type: ignore[union-attr]  # resolved in a migration
            yield (
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{field.name}_same_organization"
                f" FOREIGN KEY (organization_id, {field.column})"
                f" REFERENCES {target} (organization_id, id)"
                " DEFERRABLE INITIALLY DEFERRED"
            )


def _is_constrained(field: "models.ForeignKey[Any, Any]") -> bool:
    """Tell whether Django itself makes the constraint; the stubs leave the attribute out."""
    constrained: bool = getattr(field, "db_constraint", True)
    return constrained


class AddTenantKeys(TenantTable):
    """Add the composite keys of fields that came to an already secured table later."""

    def __init__(self, name: str, fields: Sequence[str]) -> None:
        super().__init__(name)
        self.fields = fields

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a squashed migration needs."""
        return self.__class__.__qualname__, [self.name, self.fields], {}

    def securing_sql(self, model: type[models.Model]) -> Iterable[str]:
        """Yield only the keys of the named fields."""
        table = model._meta.db_table
        for statement in self.key_sql(model, table):
            if any(f"{table}_{name}_same_organization" in statement for name in self.fields):
                yield statement


def history_sql(table: str) -> Iterable[str]:
    """Yield the trigger that captures every change of a row for the ledger, whatever the path."""
    yield (
        f"CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION assay_capture_history()"
    )
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER history"


def append_only_sql(table: str) -> Iterable[str]:
    """Yield the triggers that refuse to change or empty a table, for everybody."""
    yield (
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION assay_refuse_change()"
    )
    yield (
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION assay_refuse_change()"
    )
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER never_emptied"


class AuditTable(Operation):
    """Hand a table of the ledger to the audit owner; role app may read and, if said, add rows."""

    reversible = False
    _grants: ClassVar[dict[bool, str]] = {True: "SELECT, INSERT", False: "SELECT"}

    def __init__(self, name: str, *, may_insert: bool) -> None:
        self.name, self.may_insert = name, may_insert

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a squashed migration needs."""
        return self.__class__.__qualname__, [self.name], {"may_insert": self.may_insert}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django's own state knows is changed."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Force row-level security, grant as told, and change the owner last."""
        apps: Apps = to_state.apps
        table = apps.get_model(app_label, self.name)._meta.db_table
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            (
                f"CREATE POLICY organization_only ON {table}"
                f" USING {IN_ORGANIZATION} WITH CHECK {IN_ORGANIZATION}"
            ),
            (
                f"CREATE POLICY ledger_itself ON {table} TO {AUDIT_OWNER}"
                " USING (true) WITH CHECK (true)"
            ),
            f"GRANT {self._grants[self.may_insert]} ON {table} TO {APP}",
            f"GRANT SELECT ON {table} TO {OPS}",
            f"ALTER TABLE {table} OWNER TO {AUDIT_OWNER}",
        ):
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Refuse: a ledger is not taken back."""
        raise RuntimeError("The ledger's tables are not removed by a migration.")

    def describe(self) -> str:
        """Return the sentence for `migrate`'s output."""
        return f"Hand table {self.name} to the audit owner"


class ReadersOnly(Operation):
    """Cut rows off from who does not read what they belong to (`core.sight`).

    `column` names a row's measure or node; `withheld` is the list it is held against: "rows",
    "nodes" or "sums". In a transaction that only reads; for role app alone.
    """

    reversible = True

    def __init__(self, table: str, column: str = "measure_id", withheld: str = "rows") -> None:
        self.table, self.column, self.withheld = table, column, withheld

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a squashed migration needs."""
        return self.__class__.__qualname__, [self.table, self.column, self.withheld], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django's own state knows is changed."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Add the policy."""
        schema_editor.execute(
            f"CREATE POLICY readers_only ON {self.table} AS RESTRICTIVE FOR SELECT TO {APP}"
            f" USING ({self.column} <> ALL ((SELECT coalesce(nullif(current_setting("
            f"'app.withheld_{self.withheld}', true), ''), '{{}}'))::bigint[]))"
        )

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take the policy away."""
        schema_editor.execute(f"DROP POLICY readers_only ON {self.table}")

    def describe(self) -> str:
        """Return the sentence for `migrate`'s output."""
        return f"Let only readers read {self.table}"


class Past(Operation):
    """Make the view in schema `past` that shows a table's rows as they were known on a day.

    A reader whose search path begins with that schema meets it under the table's own name
    (`core.tenancy.as_known_on`). `by` is where the past is read: "history" or "kept" (audit), or
    "recorded_at" of a table whose rows never change. `own` are columns that a row keeps for good:
    they are read from the row of today, so that its indexes find it; policies hold there, too.
    Run it again in each migration that changes the table's columns.
    """

    reversible = True

    def __init__(self, table: str, by: str = "history", own: Sequence[str] = ()) -> None:
        self.table, self.by, self.own = table, by, tuple(own)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a squashed migration needs."""
        return self.__class__.__qualname__, [self.table, self.by, self.own], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing that Django's own state knows is changed."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make the view anew, with every column that the table has now."""
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                " AND NOT attisdropped ORDER BY attnum",
                [f"public.{self.table}"],
            )
            columns = [name for (name,) in cursor.fetchall()]
        for statement in self.view_sql(columns):
            schema_editor.execute(statement)

    def view_sql(self, columns: Sequence[str]) -> Iterable[str]:
        """Yield the statements in order."""
        own = {"id", "organization_id", *self.own}
        taken = ", ".join(f"{'t' if name in own else 'r'}.{name}" for name in columns)
        yield f"DROP VIEW IF EXISTS past.{self.table}"
        yield (
            f"CREATE VIEW past.{self.table} WITH (security_invoker = true) AS"  # noqa: S608
            f" SELECT {taken} FROM public.{self.table} t{PASTS[self.by].format(table=self.table)}"
        )
        yield f"GRANT SELECT ON past.{self.table} TO {APP}"

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take the view away."""
        schema_editor.execute(f"DROP VIEW IF EXISTS past.{self.table}")

    def describe(self) -> str:
        """Return the sentence for `migrate`'s output."""
        return f"Show {self.table} as it was known on a day"


ENDS_AT = "(SELECT current_setting('app.as_of_end')::timestamptz)"
PASTS = {
    "history": (
        " CROSS JOIN LATERAL (SELECT h.after AS content FROM public.audit_history h"  # noqa: S608
        " WHERE h.organization_id = t.organization_id AND h.table_name = '{table}'"
        f" AND h.row_id = t.id AND h.recorded_at < {ENDS_AT} ORDER BY h.id DESC LIMIT 1) p"
        " CROSS JOIN LATERAL jsonb_populate_record(t, p.content) r WHERE p.content IS NOT NULL"
    ),
    "kept": (
        " CROSS JOIN LATERAL (SELECT k.content FROM public.audit_kept k"
        " WHERE k.organization_id = t.organization_id AND k.table_name = '{table}'"
        " AND k.row_id = t.id AND k.day <= (SELECT current_setting('app.as_of')::date)"
        " ORDER BY k.day DESC LIMIT 1) p CROSS JOIN LATERAL jsonb_populate_record(t, p.content) r"
    ),
    "recorded_at": f" CROSS JOIN LATERAL (SELECT t.*) r WHERE t.recorded_at < {ENDS_AT}",
}
