
import counterfoil.foundation.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sales', '0012_sales_orders'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoice',
            name='reminders_stopped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='ReminderStep',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('due_on', models.DateField()),
                ('days', models.SmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminder_steps', to='sales.invoice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('invoice', 'due_on', 'days'), name='reminder_step_once')],
            },
        ),
    ]
