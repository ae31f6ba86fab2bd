"""What was compared before: both sides named one currency, and a comparison without an end was a gateway's silence."""

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    apps.get_model('payments', 'Difference').objects.update(there_currency=F('currency'))
    comparisons = apps.get_model('payments', 'Comparison').objects
    comparisons.filter(finished_at__isnull=True).update(silent_at=F('started_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0008_differences_by_id'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
