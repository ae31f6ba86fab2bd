"""Retainer invoices have numbers of their own, also in the organizations that are there; quotes may become them."""

from typing import Any

from django.db import migrations, models


def open_series(apps: Any, _editor: Any) -> None:
    Organization = apps.get_model("organizations", "Organization")
    NumberSeries = apps.get_model("organizations", "NumberSeries")
    NumberSeries.objects.bulk_create(
        [
            NumberSeries(organization_id=one, kind="retainer_invoice", prefix="RET-")
            for one in Organization.objects.values_list("id", flat=True)
        ]
    )


def close_series(apps: Any, _editor: Any) -> None:
    apps.get_model("organizations", "NumberSeries").objects.filter(kind="retainer_invoice").delete()


class Migration(migrations.Migration):
    dependencies = [("organizations", "0008_issues_electronic")]

    operations = [
        migrations.AlterField(
            model_name="organization",
            name="accepted_quote_becomes",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Nothing, until somebody makes it"),
                    ("invoice", "A draft invoice"),
                    ("sales_order", "A sales order"),
                    ("retainer_invoice", "A draft retainer invoice"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="numberseries",
            name="kind",
            field=models.CharField(
                choices=[
                    ("quote", "Quote"),
                    ("sales_order", "Sales order"),
                    ("invoice", "Invoice"),
                    ("retainer_invoice", "Retainer invoice"),
                    ("credit_note", "Credit note"),
                    ("payment", "Payment"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunPython(open_series, close_series),
    ]
