"""Who may do what in the database: the owner changes tables, the application changes rows, nobody rewrites history.

pgtrigger and pghistory leave two doors open by default, which are shut after every migration: a setting that any
session may write switches triggers off, and history is inserted with the rights of whoever changes the row.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import connection, models

MIGRATING = 7_224_273_001  # the advisory lock of whoever migrates; any constant will do


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the one database connection of this thread log in as the owner for a while."""
    application = connection.settings_dict
    owner = settings.DATABASE_OWNER
    connection.close()
    connection.settings_dict = application | {
        name: owner[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "OPTIONS") if name in owner
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = application


def current_role() -> str:
    """The database role that the connection is logged in as."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def _is_event(model: type[models.Model]) -> bool:
    return any(field.name == "pgh_id" for field in model._meta.get_fields()) and model._meta.managed


def event_tables() -> list[str]:
    """Tables of history: one row per change, written by triggers alone."""
    return sorted({model._meta.db_table for model in apps.get_models() if _is_event(model) and not model._meta.proxy})


def append_only_tables() -> list[str]:
    """Tables whose models say `append_only = True`: the application adds rows and changes none."""
    return sorted({model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)})


def close_database(cursor, database: str, application: str) -> None:
    """Only the application may connect, and may not make tables of its own, temporary ones included."""
    quote = connection.ops.quote_name
    cursor.execute(f"REVOKE CONNECT, TEMPORARY ON DATABASE {quote(database)} FROM PUBLIC")
    cursor.execute(f"GRANT CONNECT ON DATABASE {quote(database)} TO {quote(application)}")


def _existing(cursor, tables: list[str]) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY(%s)", [tables])
    return sorted(name for (name,) in cursor.fetchall())


def settle(application: str) -> None:
    """Give the application role its rights and take the others away. Run as the owner; harmless when repeated."""
    quote = connection.ops.quote_name
    role = quote(application)
    with connection.cursor() as cursor:
        events = _existing(cursor, event_tables())
        close_database(cursor, connection.settings_dict["NAME"], application)
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in events:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {quote(table)} FROM {role}")
        for table in _existing(cursor, append_only_tables()):
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quote(table)} FROM {role}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {role}")
        _keep_triggers_on(cursor)
        _write_history_as_owner(cursor)
        for table in events:
            _refuse_anonymous(cursor, table)


def _keep_triggers_on(cursor) -> None:
    """No session can switch triggers off: the function that reads the switch always says no."""
    cursor.execute("SELECT to_regprocedure('public._pgtrigger_should_ignore(name)')")
    if cursor.fetchone()[0] is not None:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN"
            " LANGUAGE sql IMMUTABLE AS 'SELECT false'"
        )


def _write_history_as_owner(cursor) -> None:
    """The triggers that insert history do so as the owner, so that the application needs no INSERT there."""
    cursor.execute(
        """
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
          AND proname LIKE 'pgtrigger\\_%%' AND prosrc LIKE '%%INSERT INTO%%' AND NOT prosecdef
        """,
        [],
    )
    for (function,) in cursor.fetchall():
        cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")


def _refuse_anonymous(cursor, table: str) -> None:
    """A tracked write that names no user fails (NULL would pass a plain comparison, hence coalesce)."""
    cursor.execute(
        "SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND conname = 'written_by_someone'",
        [connection.ops.quote_name(table)],
    )
    if cursor.fetchone() is None:
        cursor.execute(
            f"ALTER TABLE {connection.ops.quote_name(table)} ADD CONSTRAINT written_by_someone"
            " CHECK (coalesce(pgh_context->>'user', '') <> '')"
        )


def faults() -> list[str]:
    """Why the present connection has more rights than an application may have; empty when all is well."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        role, is_superuser = cursor.fetchone()
        if is_superuser:
            found.append(f"the role {role} of DATABASE_URL is a superuser")
        cursor.execute(
            "SELECT count(*) FROM pg_tables"
            " WHERE schemaname = 'public' AND pg_has_role(current_user, tableowner, 'MEMBER')"
        )
        if cursor.fetchone()[0]:
            found.append(f"the role {role} of DATABASE_URL owns tables, so history could be rewritten with it")
        cursor.execute(
            """
            SELECT relname FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND (
                relname = ANY(%s) AND has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                OR relname = ANY(%s) AND has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE')
            )
            """,
            [event_tables(), append_only_tables()],
        )
        writable = sorted(name for (name,) in cursor.fetchall())
        if writable and not found:
            found.append(f"the role {role} of DATABASE_URL may rewrite history in {', '.join(writable)}")
    return found
