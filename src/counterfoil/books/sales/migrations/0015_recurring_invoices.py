
import counterfoil.foundation.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0005_stops_reminders'),
        ('organizations', '0006_reminders'),
        ('sales', '0014_quote_signatures'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecurringInvoice',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('order_number', models.CharField(blank=True, max_length=60)),
                ('order_key', models.CharField(blank=True, max_length=60)),
                ('dated', models.DateField()),
                ('discount_kind', models.CharField(blank=True, choices=[('', 'No discount'), ('percent', 'Percent'), ('amount', 'Amount')], max_length=10)),
                ('discount_value', models.DecimalField(decimal_places=6, default=0, max_digits=19)),
                ('shipping_minor', models.BigIntegerField(default=0)),
                ('adjustment_minor', models.BigIntegerField(default=0)),
                ('adjustment_label', models.CharField(blank=True, max_length=60)),
                ('is_inclusive', models.BooleanField(default=False)),
                ('notes', models.TextField(blank=True)),
                ('terms', models.TextField(blank=True)),
                ('subtotal_minor', models.BigIntegerField(default=0)),
                ('discount_minor', models.BigIntegerField(default=0)),
                ('taxes', models.JSONField(default=list)),
                ('tax_minor', models.BigIntegerField(default=0)),
                ('total_minor', models.BigIntegerField(default=0)),
                ('making_key', models.CharField(blank=True, max_length=43)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.JSONField()),
                ('name', models.CharField(max_length=100)),
                ('name_key', models.CharField(max_length=100)),
                ('state', models.CharField(choices=[('active', 'Active'), ('stopped', 'Stopped')], default='active', max_length=20)),
                ('every', models.PositiveSmallIntegerField(default=1)),
                ('unit', models.CharField(choices=[('day', 'Days'), ('week', 'Weeks'), ('month', 'Months'), ('year', 'Years')], default='month', max_length=10)),
                ('ends_on', models.DateField(null=True)),
                ('most', models.PositiveIntegerField(null=True)),
                ('payment_days', models.PositiveSmallIntegerField(default=0)),
                ('allows_partial', models.BooleanField(default=False)),
                ('gateway_ids', models.JSONField(null=True)),
                ('sends', models.BooleanField(default=False)),
                ('contact_ids', models.JSONField(default=list)),
                ('next_on', models.DateField(null=True)),
                ('last_on', models.DateField(null=True)),
                ('made', models.PositiveIntegerField(default=0)),
                ('obstacle', models.CharField(blank=True, max_length=40)),
                ('obstacle_on', models.DateField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('stopped_by', models.JSONField(null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('deleted_by', models.JSONField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('shipping_tax_rate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.taxrate')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['organization', '-dated', '-id'], name='recurring_o_dated'),
                    models.Index(fields=['organization', 'name_key', 'id'], name='recurring_o_name'),
                    models.Index(fields=['organization', 'total_minor', 'id'], name='recurring_o_total'),
                    models.Index(fields=['customer', '-dated', '-id'], name='recurring_c_dated'),
                    models.Index(condition=models.Q(('deleted_at__isnull', True), ('next_on__isnull', False), ('state', 'active')), fields=['next_on'], name='recurring_due'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('making_key', ''), _negated=True), fields=('organization', 'making_key'), name='recurring_invoice_made_once'),
                    models.CheckConstraint(condition=models.Q(('every__gte', 1)), name='recurring_invoice_every'),
                    models.CheckConstraint(condition=models.Q(models.Q(('state', 'stopped'), _negated=True), models.Q(('stopped_at__isnull', False), ('stopped_by__isnull', False)), _connector='OR'), name='recurring_invoice_stopped_has_who_and_when'),
                    models.CheckConstraint(condition=models.Q(('deleted_at__isnull', True), ('deleted_by__isnull', False), _connector='OR'), name='recurring_invoice_deleted_has_who'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RecurringInvoiceLine',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('quantity', models.DecimalField(decimal_places=6, max_digits=19)),
                ('unit', models.CharField(blank=True, max_length=20)),
                ('rate', models.DecimalField(decimal_places=6, max_digits=19)),
                ('discount_kind', models.CharField(blank=True, choices=[('', 'No discount'), ('percent', 'Percent'), ('amount', 'Amount')], max_length=10)),
                ('discount_value', models.DecimalField(decimal_places=6, default=0, max_digits=19)),
                ('net_minor', models.BigIntegerField()),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='sales.recurringinvoice')),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sales.item')),
                ('tax_rate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.taxrate')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('document', 'position'), name='recurring_line_position'),
                ],
                'ordering': ['position'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RecurringRun',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('counts_for', models.DateField()),
                ('invoice_id', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='sales.recurringinvoice')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('profile', 'counts_for'), name='recurring_run_once'),
                ],
            },
        ),
    ]
