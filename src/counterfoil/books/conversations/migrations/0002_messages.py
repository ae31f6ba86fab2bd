"""What customers write to the business."""

import django.db.models.deletion
from django.db import migrations, models

import counterfoil.foundation.ids


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0001_initial"),
        ("customers", "0005_stops_reminders"),
        ("organizations", "0014_mail_templates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    counterfoil.foundation.ids.IdField(
                        default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("making_key", models.CharField(blank=True, max_length=43)),
                ("made_at", models.DateTimeField()),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.contactperson"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.organization"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "-made_at"], name="message_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("making_key", ""), _negated=True),
                        fields=("customer", "making_key"),
                        name="message_made_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject", ""), _negated=True), models.Q(("text", ""), _negated=True)
                        ),
                        name="message_says_something",
                    ),
                ],
            },
        ),
    ]
