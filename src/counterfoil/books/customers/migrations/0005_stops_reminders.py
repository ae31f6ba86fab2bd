
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0004_links_end_with_access'),
    ]

    operations = [
        migrations.AddField(
            model_name='customer',
            name='stops_reminders',
            field=models.BooleanField(default=False),
        ),
    ]
