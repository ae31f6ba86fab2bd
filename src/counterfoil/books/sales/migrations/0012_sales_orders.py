
import counterfoil.foundation.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_fill_words_of_names'),
        ('organizations', '0005_sales_orders'),
        ('sales', '0011_credit_notes'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoiceline',
            name='order_line_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name='SalesOrder',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('number_key', models.CharField(blank=True, max_length=40)),
                ('digits_key', models.CharField(blank=True, max_length=40)),
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
                ('came_from_kind', models.CharField(blank=True, max_length=20)),
                ('came_from_id', models.BigIntegerField(null=True)),
                ('making_key', models.CharField(blank=True, max_length=43)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.JSONField()),
                ('issued_at', models.DateTimeField(null=True)),
                ('issued_by', models.JSONField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('viewed_at', models.DateTimeField(null=True)),
                ('viewed_by_link', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('closed', 'Closed'), ('void', 'Void')], default='draft', max_length=20)),
                ('standing', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('partially_invoiced', 'Partially invoiced'), ('closed', 'Closed'), ('void', 'Void')], default='draft', max_length=20)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.JSONField(null=True)),
                ('voided_at', models.DateTimeField(null=True)),
                ('voided_by', models.JSONField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('shipping_tax_rate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.taxrate')),
                ('viewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contactperson')),
            ],
        ),
        migrations.CreateModel(
            name='SalesOrderLine',
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
                ('order_line_id', models.BigIntegerField(default=counterfoil.foundation.ids.new_id)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='sales.salesorder')),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sales.item')),
                ('tax_rate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.taxrate')),
            ],
            options={
                'ordering': ['position'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SalesOrderRevision',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('revision', models.PositiveIntegerField()),
                ('content', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.JSONField()),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='sales.salesorder')),
            ],
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['customer', '-dated', '-id'], name='sales_order_c_dated'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['organization', '-dated', '-id'], name='sales_order_o_dated'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['customer', 'number_key', 'id'], name='sales_order_c_number'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['customer', 'digits_key', 'id'], name='sales_order_c_digits'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['customer', 'order_key', 'id'], name='sales_order_c_order'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['customer', 'total_minor', 'id'], name='sales_order_c_total'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['organization', 'number_key', 'id'], name='sales_order_o_number'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['organization', 'digits_key', 'id'], name='sales_order_o_digits'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['organization', 'order_key', 'id'], name='sales_order_o_order'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['organization', 'total_minor', 'id'], name='sales_order_o_total'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(condition=models.Q(('came_from_id__isnull', False)), fields=['came_from_id'], name='sales_order_came_from'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['customer', 'standing', '-dated', '-id'], name='sales_order_c_standing'),
        ),
        migrations.AddIndex(
            model_name='salesorder',
            index=models.Index(fields=['organization', 'standing', '-dated', '-id'], name='sales_order_o_standing'),
        ),
        migrations.AddConstraint(
            model_name='salesorder',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('organization', 'number'), name='sales_order_number'),
        ),
        migrations.AddConstraint(
            model_name='salesorder',
            constraint=models.UniqueConstraint(condition=models.Q(('making_key', ''), _negated=True), fields=('organization', 'making_key'), name='sales_order_made_once'),
        ),
        migrations.AddConstraint(
            model_name='salesorder',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(models.Q(('number', ''), _negated=True), ('issued_at__isnull', False), ('issued_by__isnull', False)), _connector='OR'), name='sales_order_open_has_number_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='salesorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True), ('closed_by__isnull', True)), _connector='OR'), name='sales_order_closed_has_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='salesorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'void'), ('voided_at__isnull', False), ('voided_by__isnull', False)), models.Q(models.Q(('state', 'void'), _negated=True), ('voided_at__isnull', True), ('voided_by__isnull', True)), _connector='OR'), name='sales_order_void_has_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='salesorder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('standing__in', ('open', 'partially_invoiced', 'closed')), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('standing', models.F('state'))), _connector='OR'), name='sales_order_stands_as_its_state_says'),
        ),
        migrations.AddConstraint(
            model_name='salesorderline',
            constraint=models.UniqueConstraint(fields=('document', 'position'), name='sales_order_line_position'),
        ),
        migrations.AddConstraint(
            model_name='salesorderline',
            constraint=models.UniqueConstraint(fields=('document', 'order_line_id'), name='sales_order_line_once'),
        ),
        migrations.AddConstraint(
            model_name='salesorderrevision',
            constraint=models.UniqueConstraint(fields=('document', 'revision'), name='sales_order_revision_once'),
        ),
    ]
