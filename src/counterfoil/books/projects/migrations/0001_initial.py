"""Projects, their tasks and staff, time, timers, and what customers approve."""

import counterfoil.foundation.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0007_merged_customers'),
        ('organizations', '0016_timesheets'),
    ]

    operations = [
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('name_key', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('billing', models.CharField(choices=[('fixed', 'Fixed cost'), ('project', 'By project hours'), ('task', 'By task hours'), ('staff', 'By staff hours')], max_length=20)),
                ('rate', models.DecimalField(decimal_places=6, default=0, max_digits=19)),
                ('fixed_minor', models.BigIntegerField(default=0)),
                ('budget_minutes', models.PositiveIntegerField(null=True)),
                ('budget_minor', models.BigIntegerField(null=True)),
                ('state', models.CharField(choices=[('active', 'Active'), ('inactive', 'Inactive')], default='active', max_length=20)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('making_key', models.CharField(blank=True, max_length=43)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.JSONField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('number_key', models.CharField(blank=True, max_length=40)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('notes', models.TextField(blank=True)),
                ('minutes', models.PositiveIntegerField(default=0)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('awaiting', 'Awaiting approval'), ('approved', 'Approved'), ('rejected', 'Rejected')], default='draft', max_length=20)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('sent_at', models.DateTimeField(null=True)),
                ('viewed_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.JSONField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('making_key', models.CharField(blank=True, max_length=43)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.JSONField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('viewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.contactperson')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='ProjectMember',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('rate', models.DecimalField(decimal_places=6, default=0, max_digits=19)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.staffmember')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='ProjectTask',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('name_key', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('is_billable', models.BooleanField(default=True)),
                ('rate', models.DecimalField(decimal_places=6, default=0, max_digits=19)),
                ('budget_minutes', models.PositiveIntegerField(null=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('retired_at', models.DateTimeField(null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='TimeEntry',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('worked_on', models.DateField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('notes', models.CharField(blank=True, max_length=500)),
                ('is_billable', models.BooleanField(default=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('making_key', models.CharField(blank=True, max_length=43)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.JSONField()),
                ('approval', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.approval')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.staffmember')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.projecttask')),
            ],
        ),
        migrations.CreateModel(
            name='Timer',
            fields=[
                ('id', counterfoil.foundation.ids.IdField(default=counterfoil.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('notes', models.CharField(blank=True, max_length=500)),
                ('started_at', models.DateTimeField()),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.staffmember')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.projecttask')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['organization', 'name_key', 'id'], name='project_o_name'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['organization', '-id'], name='project_o_newest'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['customer', 'name_key', 'id'], name='project_c_name'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.UniqueConstraint(condition=models.Q(('making_key', ''), _negated=True), fields=('organization', 'making_key'), name='project_made_once'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('fixed_minor__gte', 0), ('rate__gte', 0)), name='project_costs_something_or_nothing'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(fields=['organization', '-last', '-id'], name='approval_o_newest'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(fields=['customer', '-last', '-id'], name='approval_c_newest'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(fields=['organization', 'number_key', 'id'], name='approval_o_number'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(fields=['customer', 'number_key', 'id'], name='approval_c_number'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('organization', 'number'), name='approval_number'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(condition=models.Q(('making_key', ''), _negated=True), fields=('organization', 'making_key'), name='approval_made_once'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('first__lte', models.F('last'))), name='approval_period'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(models.Q(('number', ''), _negated=True), ('sent_at__isnull', False)), _connector='OR'), name='approval_sent_has_number_and_when'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ('approved', 'rejected'))), models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state__in', ('draft', 'awaiting'))), _connector='OR'), name='approval_decided_has_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'rejected'), _negated=True), ('reason', '')), _connector='OR'), name='approval_rejected_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='projectmember',
            constraint=models.UniqueConstraint(fields=('project', 'member'), name='project_member_once'),
        ),
        migrations.AddConstraint(
            model_name='projectmember',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gte', 0)), name='project_member_rate_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='projecttask',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('project', 'name_key'), name='task_name_once'),
        ),
        migrations.AddConstraint(
            model_name='projecttask',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gte', 0)), name='task_rate_not_negative'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['organization', '-worked_on', '-id'], name='time_o_newest'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['member', '-worked_on', '-id'], name='time_m_newest'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['project', '-worked_on', '-id'], name='time_p_newest'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.UniqueConstraint(condition=models.Q(('making_key', ''), _negated=True), fields=('organization', 'making_key'), name='time_made_once'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gt', 0), ('minutes__lte', 1440)), name='time_within_a_day'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('approval__isnull', True), ('is_billable', True), _connector='OR'), name='time_approved_is_billable'),
        ),
    ]
