"""An organization may be the sample data of another one. None is by itself."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0014_mail_templates")]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="sample_of",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organizations.organization",
            ),
        ),
    ]
