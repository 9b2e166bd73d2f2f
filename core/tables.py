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
