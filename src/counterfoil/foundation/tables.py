"""The tables of a database that is empty: made at once, as the models are now.

Migrations change databases that have tables already. On an empty one they end in the same tables and take ten times as
long, since Django reads all models again for each of their steps; `tests/config/test_tables.py` compares the two ways.
"""

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


def are_none() -> bool:
    """Whether there is nothing in the database yet."""
    return not (set(connection.introspection.table_names()) - {MigrationRecorder.Migration._meta.db_table})


def make() -> None:
    """Make all tables in an empty database, and write down that every migration is done: both, or nothing."""
    executor = MigrationExecutor(connection)
    executor.recorder.ensure_schema()
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for app_label, name in executor.loader.disk_migrations or ():
            executor.recorder.record_applied(app_label, name)
