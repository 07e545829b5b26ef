"""Django's migrate, run as the owner of the database, which afterwards settles the application's rights."""

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from patients.management import rights
from patients.management.together import TogetherExecutor

migrate.MigrationExecutor = TogetherExecutor


class Command(migrate.Command):
    def handle(self, *args, **options):
        application = rights.current_role()
        connection.close()
        with rights.as_owner():
            owner = rights.current_role()
            if owner == application:
                self._refuse_unless_idle()
                return
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [rights.MIGRATING])
            super().handle(*args, **options)
            rights.settle(application)

    def _refuse_unless_idle(self) -> None:
        """One role only: fine as long as there is nothing to migrate."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            missing = "names the role of DATABASE_URL" if settings.DATABASE_OWNER_GIVEN else "is not set"
            raise CommandError(
                f"The database must be migrated, and DATABASE_OWNER_URL {missing}: give it the role that owns the "
                "tables (docs/operations.md has the lines for the database administrator)."
            )
