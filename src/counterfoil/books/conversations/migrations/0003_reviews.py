"""What customers think of the business."""

import django.db.models.deletion
from django.db import migrations, models

import counterfoil.foundation.ids


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0002_messages"),
        ("customers", "0005_stops_reminders"),
        ("organizations", "0014_mail_templates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    counterfoil.foundation.ids.IdField(
                        default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("stars", models.PositiveSmallIntegerField(null=True)),
                ("making_key", models.CharField(blank=True, max_length=43)),
                ("made_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
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
                "indexes": [
                    models.Index(fields=["customer", "-id"], name="review_of_customer"),
                    models.Index(
                        condition=models.Q(("published_at__isnull", False)),
                        fields=["organization", "-published_at"],
                        name="review_published",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("making_key", ""), _negated=True),
                        fields=("customer", "making_key"),
                        name="review_made_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="review_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stars__isnull", True), ("stars__range", (1, 5)), _connector="OR"),
                        name="review_stars",
                    ),
                ],
            },
        ),
    ]
