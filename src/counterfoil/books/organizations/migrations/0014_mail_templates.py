"""Organizations may write their mails' texts themselves. None does by itself."""

import django.db.models.deletion
from django.db import migrations, models

import counterfoil.foundation.ids


class Migration(migrations.Migration):
    dependencies = [("organizations", "0013_locked_details")]

    operations = [
        migrations.CreateModel(
            name="MailTemplate",
            fields=[
                (
                    "id",
                    counterfoil.foundation.ids.IdField(
                        default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=10)),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("is_used", models.BooleanField(default=True)),
                ("revision", models.PositiveIntegerField(default=0)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "kind", "language"), name="mail_template_once")
                ]
            },
        ),
    ]
