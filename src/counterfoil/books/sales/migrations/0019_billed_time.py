"""An invoice of time says which; its lines name what they are of, whatever that is."""

import counterfoil.foundation.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0016_timesheets'),
        ('sales', '0018_index_of_openings'),
    ]

    operations = [
        migrations.CreateModel(
            name='BilledTime',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('source_line_id', models.BigIntegerField()),
                ('entry_id', models.BigIntegerField()),
                ('stands', models.BooleanField(default=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='salesorderline',
            name='sales_order_line_once',
        ),
        migrations.RenameField(
            model_name='invoiceline',
            old_name='order_line_id',
            new_name='source_line_id',
        ),
        migrations.RenameField(
            model_name='salesorderline',
            old_name='order_line_id',
            new_name='source_line_id',
        ),
        migrations.AddConstraint(
            model_name='salesorderline',
            constraint=models.UniqueConstraint(fields=('document', 'source_line_id'), name='sales_order_line_once'),
        ),
        migrations.AddField(
            model_name='billedtime',
            name='invoice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sales.invoice'),
        ),
        migrations.AddConstraint(
            model_name='billedtime',
            constraint=models.UniqueConstraint(condition=models.Q(('stands', True)), fields=('entry_id',), name='time_billed_once'),
        ),
    ]
