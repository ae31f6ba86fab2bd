
import counterfoil.books.organizations.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0005_sales_orders'),
    ]

    operations = [
        migrations.AddField(
            model_name='organization',
            name='reminded_since',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='organization',
            name='reminder_days',
            field=models.JSONField(default=counterfoil.books.organizations.models.usual_reminder_days),
        ),
        migrations.AddField(
            model_name='organization',
            name='reminder_hour',
            field=models.PositiveSmallIntegerField(default=9),
        ),
        migrations.AddField(
            model_name='organization',
            name='reminds',
            field=models.BooleanField(default=False),
        ),
    ]
