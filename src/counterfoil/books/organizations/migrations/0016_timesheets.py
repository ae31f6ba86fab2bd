"""Time is kept, by staff who do nothing else too; what customers approve of it has numbers of its own."""

from typing import Any

from django.db import migrations, models


def open_series(apps: Any, _editor: Any) -> None:
    Organization = apps.get_model("organizations", "Organization")
    NumberSeries = apps.get_model("organizations", "NumberSeries")
    NumberSeries.objects.bulk_create(
        [
            NumberSeries(organization_id=one, kind="approval", prefix="TS-")
            for one in Organization.objects.values_list("id", flat=True)
        ]
    )


def close_series(apps: Any, _editor: Any) -> None:
    apps.get_model("organizations", "NumberSeries").objects.filter(kind="approval").delete()


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0015_sample_of'),
    ]

    operations = [
        migrations.AddField(
            model_name='organization',
            name='bills_approved_only',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='numberseries',
            name='kind',
            field=models.CharField(choices=[('quote', 'Quote'), ('sales_order', 'Sales order'), ('invoice', 'Invoice'), ('retainer_invoice', 'Retainer invoice'), ('credit_note', 'Credit note'), ('payment', 'Payment'), ('approval', 'Customer approval')], max_length=20),
        ),
        migrations.AlterField(
            model_name='staffmember',
            name='role',
            field=models.CharField(choices=[('owner', 'Owner'), ('staff', 'Staff'), ('timesheet', 'Timesheet staff'), ('viewer', 'Viewer')], max_length=20),
        ),
        migrations.RunPython(open_series, close_series),
    ]
