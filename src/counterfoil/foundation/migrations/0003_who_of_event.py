"""Who acted, in a column of its own. What is in the log already is filled in from what it says of its actor."""

from typing import Any

from django.db import migrations, models

FILL = {
    "sqlite": """
        UPDATE foundation_event SET who = json_extract(actor, '$.kind')
            || coalesce(':' || json_extract(actor, '$.id'), '')
    """,
    "postgresql": """
        UPDATE foundation_event SET who = (actor ->> 'kind') || coalesce(':' || (actor ->> 'id'), '')
    """,
}


def fill(_apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(FILL[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_reason_of_event")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="who",
            field=models.CharField(default="", editable=False, max_length=32),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["organization_id", "who", "-id"], name="event_who"),
        ),
    ]
