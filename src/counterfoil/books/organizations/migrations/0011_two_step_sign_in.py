"""Organizations may ask for two-step sign-in. None does by itself."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0010_external_ids")]

    operations = [
        migrations.AddField("organization", "two_step_for_customers", models.BooleanField(default=False)),
        migrations.AddField("organization", "two_step_for_staff", models.BooleanField(default=False)),
    ]
