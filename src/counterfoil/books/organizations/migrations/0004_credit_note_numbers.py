"""Credit notes have numbers of their own, also in the organizations that are there already."""

from typing import Any

from django.db import migrations, models


def open_series(apps: Any, _editor: Any) -> None:
    Organization = apps.get_model("organizations", "Organization")
    NumberSeries = apps.get_model("organizations", "NumberSeries")
    NumberSeries.objects.bulk_create(
        [
            NumberSeries(organization_id=one, kind="credit_note", prefix="CN-")
            for one in Organization.objects.values_list("id", flat=True)
        ]
    )


def close_series(apps: Any, _editor: Any) -> None:
    apps.get_model("organizations", "NumberSeries").objects.filter(kind="credit_note").delete()


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_quote_numbers")]

    operations = [
        migrations.AlterField(
            model_name="numberseries",
            name="kind",
            field=models.CharField(
                choices=[
                    ("quote", "Quote"),
                    ("invoice", "Invoice"),
                    ("credit_note", "Credit note"),
                    ("payment", "Payment"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunPython(open_series, close_series),
    ]
