
import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import patients.centres.models
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('booked_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_by', models.CharField(blank=True, max_length=60)),
            ],
            options={
                'ordering': ['during'],
            },
        ),
        migrations.CreateModel(
            name='BookingEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('booked_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_by', models.CharField(blank=True, max_length=60)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BridgingCourse',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('given', models.BooleanField()),
                ('modality', models.CharField(blank=True, choices=[('steroid', 'Steroid'), ('radiotherapy', 'Radiotherapy'), ('polatuzumab', 'Polatuzumab'), ('antibody', 'Antibody'), ('chemotherapy', 'Chemotherapy'), ('btk_inhibitor', 'Btk Inhibitor'), ('lenalidomide', 'Lenalidomide'), ('bispecific', 'Bispecific'), ('all_regimen', 'All Regimen'), ('myeloma_regimen', 'Myeloma Regimen'), ('combined', 'Combined')], max_length=20, null=True)),
                ('started_on', models.DateField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('setting', models.CharField(blank=True, choices=[('inpatient', 'Inpatient'), ('day_hospital', 'Day Hospital'), ('outpatient', 'Outpatient'), ('home', 'Home')], max_length=12, null=True)),
            ],
            options={
                'ordering': ['started_on'],
            },
        ),
        migrations.CreateModel(
            name='BridgingCourseEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('given', models.BooleanField()),
                ('modality', models.CharField(blank=True, choices=[('steroid', 'Steroid'), ('radiotherapy', 'Radiotherapy'), ('polatuzumab', 'Polatuzumab'), ('antibody', 'Antibody'), ('chemotherapy', 'Chemotherapy'), ('btk_inhibitor', 'Btk Inhibitor'), ('lenalidomide', 'Lenalidomide'), ('bispecific', 'Bispecific'), ('all_regimen', 'All Regimen'), ('myeloma_regimen', 'Myeloma Regimen'), ('combined', 'Combined')], max_length=20, null=True)),
                ('started_on', models.DateField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('setting', models.CharField(blank=True, choices=[('inpatient', 'Inpatient'), ('day_hospital', 'Day Hospital'), ('outpatient', 'Outpatient'), ('home', 'Home')], max_length=12, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CacheRow',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField(db_index=True)),
            ],
            options={
                'db_table': 'carpath_cache',
            },
        ),
        migrations.CreateModel(
            name='CareLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('referring', 'Referring'), ('hub', 'Hub'), ('shared_care', 'Shared Care'), ('ward', 'Ward'), ('step', 'Step'), ('assigned', 'Assigned')], max_length=12)),
                ('shared_facets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('reads_past', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='CareLinkEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('kind', models.CharField(choices=[('referring', 'Referring'), ('hub', 'Hub'), ('shared_care', 'Shared Care'), ('ward', 'Ward'), ('step', 'Step'), ('assigned', 'Assigned')], max_length=12)),
                ('shared_facets', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('reads_past', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Centre',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=160)),
                ('kind', models.CharField(choices=[('referral', 'Referral'), ('hub', 'Hub'), ('study', 'Study')], max_length=10)),
                ('town', models.CharField(blank=True, max_length=80)),
                ('timezone', models.CharField(default='Europe/Rome', max_length=60, validators=[patients.centres.models._known_timezone])),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('on_call_phone', models.CharField(blank=True, max_length=40)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='CentreEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=160)),
                ('kind', models.CharField(choices=[('referral', 'Referral'), ('hub', 'Hub'), ('study', 'Study')], max_length=10)),
                ('town', models.CharField(blank=True, max_length=80)),
                ('timezone', models.CharField(default='Europe/Rome', max_length=60, validators=[patients.centres.models._known_timezone])),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('on_call_phone', models.CharField(blank=True, max_length=40)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('pathway_id', models.UUIDField(null=True)),
                ('fact', models.CharField(max_length=60)),
                ('by', models.CharField(max_length=60)),
                ('why', models.CharField(blank=True, max_length=240)),
            ],
        ),
        migrations.CreateModel(
            name='ClosedDay',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('name', models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='ClosedDayEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('day', models.DateField()),
                ('name', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Collection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('collected_on', models.DateField()),
                ('cd3_total_10e9', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('complications', models.BooleanField(blank=True, null=True)),
                ('complications_note', models.CharField(blank=True, max_length=400)),
                ('superseded', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['collected_on'],
            },
        ),
        migrations.CreateModel(
            name='CollectionEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('collected_on', models.DateField()),
                ('cd3_total_10e9', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ('complications', models.BooleanField(blank=True, null=True)),
                ('complications_note', models.CharField(blank=True, max_length=400)),
                ('superseded', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('eligible', 'Eligible'), ('not_eligible', 'Not Eligible'), ('deferred', 'Deferred')], max_length=14)),
                ('reason', models.TextField()),
                ('grounds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                ('instead', models.TextField(blank=True)),
                ('reassess_on', models.DateField(blank=True, null=True)),
                ('board_on', models.DateField()),
                ('deciders', models.CharField(max_length=400)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['at'],
            },
        ),
        migrations.CreateModel(
            name='DecisionEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('kind', models.CharField(choices=[('eligible', 'Eligible'), ('not_eligible', 'Not Eligible'), ('deferred', 'Deferred')], max_length=14)),
                ('reason', models.TextField()),
                ('grounds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                ('instead', models.TextField(blank=True)),
                ('reassess_on', models.DateField(blank=True, null=True)),
                ('board_on', models.DateField()),
                ('deciders', models.CharField(max_length=400)),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('mail', 'Mail'), ('urgent', 'Urgent'), ('morning', 'Morning')], max_length=10)),
                ('channel', models.CharField(choices=[('email', 'Email')], default='email', max_length=10)),
                ('key', models.CharField(max_length=160, unique=True)),
                ('by', models.CharField(max_length=60)),
                ('to', models.EmailField(max_length=254)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField(blank=True)),
                ('message_id', models.CharField(max_length=200, unique=True)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_by', models.UUIDField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=40)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('bounced_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'deliveries',
                'ordering': ['-created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Diagnosis',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('disease', models.CharField(choices=[('lbcl', 'Lbcl'), ('fl', 'Fl'), ('mcl', 'Mcl'), ('all', 'All'), ('mm', 'Mm'), ('other', 'Other')], max_length=10)),
                ('status', models.CharField(blank=True, choices=[('refractory', 'Refractory'), ('relapse_within_12_months', 'Relapse Within 12 Months'), ('relapse_later', 'Relapse Later')], max_length=30, null=True)),
                ('lines', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('told_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='DiagnosisEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('disease', models.CharField(choices=[('lbcl', 'Lbcl'), ('fl', 'Fl'), ('mcl', 'Mcl'), ('all', 'All'), ('mm', 'Mm'), ('other', 'Other')], max_length=10)),
                ('status', models.CharField(blank=True, choices=[('refractory', 'Refractory'), ('relapse_within_12_months', 'Relapse Within 12 Months'), ('relapse_later', 'Relapse Later')], max_length=30, null=True)),
                ('lines', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('told_on', models.DateField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='HubAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('taken_on', 'Taken On'), ('more_asked', 'More Asked'), ('advised_against', 'Advised Against')], max_length=20)),
                ('grounds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                ('reason', models.TextField(blank=True)),
                ('instead', models.TextField(blank=True)),
                ('ask_again', models.CharField(blank=True, max_length=240)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['at'],
            },
        ),
        migrations.CreateModel(
            name='HubAnswerEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('kind', models.CharField(choices=[('taken_on', 'Taken On'), ('more_asked', 'More Asked'), ('advised_against', 'Advised Against')], max_length=20)),
                ('grounds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                ('reason', models.TextField(blank=True)),
                ('instead', models.TextField(blank=True)),
                ('ask_again', models.CharField(blank=True, max_length=240)),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Identifier',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('pathway_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('collection', 'Collection'), ('din', 'Din'), ('sec', 'Sec'), ('coi', 'Coi'), ('lot', 'Lot')], max_length=10)),
                ('issuer', models.CharField(max_length=40)),
                ('value', models.CharField(max_length=60)),
                ('normalised', models.CharField(max_length=60)),
                ('superseded', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='IdentifierEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('pathway_id', models.UUIDField()),
                ('kind', models.CharField(choices=[('collection', 'Collection'), ('din', 'Din'), ('sec', 'Sec'), ('coi', 'Coi'), ('lot', 'Lot')], max_length=10)),
                ('issuer', models.CharField(max_length=40)),
                ('value', models.CharField(max_length=60)),
                ('normalised', models.CharField(max_length=60)),
                ('superseded', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IdentityCheck',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('pathway_id', models.UUIDField(db_index=True)),
                ('subject', models.UUIDField()),
                ('point', models.CharField(choices=[('receipt', 'Receipt'), ('infusion', 'Infusion')], max_length=10)),
                ('own_log_in', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('holds_until', models.DateTimeField()),
                ('typed', models.JSONField()),
                ('mismatched', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
            ],
            options={
                'ordering': ['at'],
            },
        ),
        migrations.CreateModel(
            name='IdentityCheckEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('pathway_id', models.UUIDField()),
                ('subject', models.UUIDField()),
                ('point', models.CharField(choices=[('receipt', 'Receipt'), ('infusion', 'Infusion')], max_length=10)),
                ('own_log_in', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('holds_until', models.DateTimeField()),
                ('typed', models.JSONField()),
                ('mismatched', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IdentityIncident',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('pathway_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['at'],
            },
        ),
        migrations.CreateModel(
            name='IdentityIncidentEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('pathway_id', models.UUIDField()),
                ('at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IdentityResolution',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(max_length=240)),
            ],
            options={
                'ordering': ['at'],
            },
        ),
        migrations.CreateModel(
            name='IdentityResolutionEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(max_length=240)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Infusion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('bags', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('dose_10e6', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True)),
                ('reaction', models.BooleanField(blank=True, null=True)),
                ('reaction_note', models.CharField(blank=True, max_length=400)),
            ],
        ),
        migrations.CreateModel(
            name='InfusionEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('bags', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('dose_10e6', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True)),
                ('reaction', models.BooleanField(blank=True, null=True)),
                ('reaction_note', models.CharField(blank=True, max_length=400)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Installation',
            fields=[
                ('only', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('demonstration', 'Demonstration'), ('real', 'Real')], max_length=20)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('muted', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='InstallationEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('only', models.BooleanField(default=True, serialize=False)),
                ('kind', models.CharField(choices=[('demonstration', 'Demonstration'), ('real', 'Real')], max_length=20)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('muted', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('first_name', models.CharField(max_length=80)),
                ('last_name', models.CharField(max_length=80)),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='InvitationEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('first_name', models.CharField(max_length=80)),
                ('last_name', models.CharField(max_length=80)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='KeptDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=300)),
                ('typed', models.JSONField()),
                ('at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('status', models.CharField(choices=[('in_production', 'In Production'), ('released', 'Released'), ('out_of_specification', 'Out Of Specification'), ('failed', 'Failed')], default='in_production', max_length=20)),
                ('shipped_on', models.DateField()),
                ('carrier', models.CharField(blank=True, max_length=80)),
                ('expected_release_on', models.DateField(blank=True, null=True)),
                ('released_on', models.DateField(blank=True, null=True)),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('fault', models.CharField(blank=True, max_length=400)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('acceptance_reason', models.CharField(blank=True, max_length=400)),
                ('arrived_at', models.DateTimeField(blank=True, null=True)),
                ('received_on', models.DateField(blank=True, null=True)),
                ('superseded', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['shipped_on'],
            },
        ),
        migrations.CreateModel(
            name='LotEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('status', models.CharField(choices=[('in_production', 'In Production'), ('released', 'Released'), ('out_of_specification', 'Out Of Specification'), ('failed', 'Failed')], default='in_production', max_length=20)),
                ('shipped_on', models.DateField()),
                ('carrier', models.CharField(blank=True, max_length=80)),
                ('expected_release_on', models.DateField(blank=True, null=True)),
                ('released_on', models.DateField(blank=True, null=True)),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('fault', models.CharField(blank=True, max_length=400)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('acceptance_reason', models.CharField(blank=True, max_length=400)),
                ('arrived_at', models.DateTimeField(blank=True, null=True)),
                ('received_on', models.DateField(blank=True, null=True)),
                ('superseded', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LymphodepletionDay',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('day', models.DateField()),
                ('doses', models.JSONField()),
                ('given', models.BooleanField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=240)),
            ],
            options={
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='LymphodepletionDayEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('day', models.DateField()),
                ('doses', models.JSONField()),
                ('given', models.BooleanField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=240)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LymphodepletionPlan',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('starts_on', models.DateField()),
                ('infusion_on', models.DateField()),
                ('window_reason', models.CharField(blank=True, max_length=240)),
                ('superseded', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['starts_on'],
            },
        ),
        migrations.CreateModel(
            name='LymphodepletionPlanEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('starts_on', models.DateField()),
                ('infusion_on', models.DateField()),
                ('window_reason', models.CharField(blank=True, max_length=240)),
                ('superseded', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MembershipEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('what', models.CharField(choices=[('drafted', 'drafted'), ('referral_sent', 'referral_sent'), ('more_asked', 'more_asked'), ('more_answered', 'more_answered'), ('taken_on', 'taken_on'), ('decided', 'decided'), ('ordered', 'ordered'), ('slot_confirmed', 'slot_confirmed'), ('apheresis_booked', 'apheresis_booked'), ('apheresis', 'apheresis'), ('shipped', 'shipped'), ('released', 'released'), ('received', 'received'), ('lymphodepletion_planned', 'lymphodepletion_planned'), ('lymphodepletion_started', 'lymphodepletion_started'), ('lymphodepletion_ended', 'lymphodepletion_ended'), ('infusion', 'infusion'), ('toxicity_closed', 'toxicity_closed'), ('discharged', 'discharged'), ('pet_30', 'pet_30'), ('pet_90', 'pet_90'), ('pet_180', 'pet_180'), ('pet_365', 'pet_365'), ('followup_ended', 'followup_ended')], max_length=30)),
                ('first_planned_on', models.DateField(blank=True, null=True)),
                ('planned_on', models.DateField(blank=True, null=True)),
                ('actual_on', models.DateField(blank=True, null=True)),
                ('actual_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.CharField(max_length=60)),
                ('superseded', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='MilestoneEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('what', models.CharField(choices=[('drafted', 'drafted'), ('referral_sent', 'referral_sent'), ('more_asked', 'more_asked'), ('more_answered', 'more_answered'), ('taken_on', 'taken_on'), ('decided', 'decided'), ('ordered', 'ordered'), ('slot_confirmed', 'slot_confirmed'), ('apheresis_booked', 'apheresis_booked'), ('apheresis', 'apheresis'), ('shipped', 'shipped'), ('released', 'released'), ('received', 'received'), ('lymphodepletion_planned', 'lymphodepletion_planned'), ('lymphodepletion_started', 'lymphodepletion_started'), ('lymphodepletion_ended', 'lymphodepletion_ended'), ('infusion', 'infusion'), ('toxicity_closed', 'toxicity_closed'), ('discharged', 'discharged'), ('pet_30', 'pet_30'), ('pet_90', 'pet_90'), ('pet_180', 'pet_180'), ('pet_365', 'pet_365'), ('followup_ended', 'followup_ended')], max_length=30)),
                ('first_planned_on', models.DateField(blank=True, null=True)),
                ('planned_on', models.DateField(blank=True, null=True)),
                ('actual_on', models.DateField(blank=True, null=True)),
                ('actual_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.CharField(max_length=60)),
                ('superseded', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=160)),
                ('params', models.JSONField(blank=True, default=dict)),
                ('urgent', models.BooleanField(default=False)),
                ('escalated', models.BooleanField(default=False)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('patient_id', models.UUIDField(blank=True, null=True)),
                ('pathway_id', models.UUIDField(blank=True, null=True)),
                ('about', models.UUIDField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('snoozed_until', models.DateTimeField(blank=True, null=True)),
                ('snooze_reason', models.CharField(blank=True, max_length=240)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('order_number', models.CharField(max_length=60)),
                ('portal_number', models.CharField(blank=True, max_length=60)),
                ('ordered_on', models.DateField()),
                ('slot_confirmed_on', models.DateField(blank=True, null=True)),
                ('apheresis_on', models.DateField(blank=True, null=True)),
                ('shipment_on', models.DateField(blank=True, null=True)),
                ('release_on', models.DateField(blank=True, null=True)),
                ('infusion_on', models.DateField(blank=True, null=True)),
                ('superseded', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='OrderEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('order_number', models.CharField(max_length=60)),
                ('portal_number', models.CharField(blank=True, max_length=60)),
                ('ordered_on', models.DateField()),
                ('slot_confirmed_on', models.DateField(blank=True, null=True)),
                ('apheresis_on', models.DateField(blank=True, null=True)),
                ('shipment_on', models.DateField(blank=True, null=True)),
                ('release_on', models.DateField(blank=True, null=True)),
                ('infusion_on', models.DateField(blank=True, null=True)),
                ('superseded', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Pathway',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('course', models.PositiveSmallIntegerField(default=1)),
                ('disease', models.CharField(blank=True, choices=[('lbcl', 'Lbcl'), ('fl', 'Fl'), ('mcl', 'Mcl'), ('all', 'All'), ('mm', 'Mm'), ('other', 'Other')], max_length=10, null=True)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('on_hold', 'On Hold'), ('closed', 'Closed')], default='draft', max_length=10)),
                ('day_0', models.DateField(blank=True, null=True)),
                ('imported', models.BooleanField(default=False)),
                ('held_since', models.DateField(blank=True, null=True)),
                ('hold_reason', models.CharField(blank=True, max_length=240)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('exit_reason', models.CharField(blank=True, choices=[('not_in_indication', 'Not In Indication'), ('decision_against', 'Decision Against'), ('patient_refusal', 'Patient Refusal'), ('progression_before_apheresis', 'Progression Before Apheresis'), ('death_before_infusion', 'Death Before Infusion'), ('apheresis_failure', 'Apheresis Failure'), ('manufacturing_failure', 'Manufacturing Failure'), ('worsening_in_waiting', 'Worsening In Waiting'), ('infection', 'Infection'), ('organ_toxicity', 'Organ Toxicity'), ('response_after_bridging', 'Response After Bridging'), ('other_therapy', 'Other Therapy'), ('second_cancer', 'Second Cancer'), ('lost', 'Lost'), ('death_after_infusion', 'Death After Infusion'), ('transfer', 'Transfer'), ('completed', 'Completed'), ('imported', 'Imported')], max_length=40, null=True)),
                ('exit_note', models.CharField(blank=True, max_length=400)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='PathwayEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('course', models.PositiveSmallIntegerField(default=1)),
                ('disease', models.CharField(blank=True, choices=[('lbcl', 'Lbcl'), ('fl', 'Fl'), ('mcl', 'Mcl'), ('all', 'All'), ('mm', 'Mm'), ('other', 'Other')], max_length=10, null=True)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('open', 'Open'), ('on_hold', 'On Hold'), ('closed', 'Closed')], default='draft', max_length=10)),
                ('day_0', models.DateField(blank=True, null=True)),
                ('imported', models.BooleanField(default=False)),
                ('held_since', models.DateField(blank=True, null=True)),
                ('hold_reason', models.CharField(blank=True, max_length=240)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('exit_reason', models.CharField(blank=True, choices=[('not_in_indication', 'Not In Indication'), ('decision_against', 'Decision Against'), ('patient_refusal', 'Patient Refusal'), ('progression_before_apheresis', 'Progression Before Apheresis'), ('death_before_infusion', 'Death Before Infusion'), ('apheresis_failure', 'Apheresis Failure'), ('manufacturing_failure', 'Manufacturing Failure'), ('worsening_in_waiting', 'Worsening In Waiting'), ('infection', 'Infection'), ('organ_toxicity', 'Organ Toxicity'), ('response_after_bridging', 'Response After Bridging'), ('other_therapy', 'Other Therapy'), ('second_cancer', 'Second Cancer'), ('lost', 'Lost'), ('death_after_infusion', 'Death After Infusion'), ('transfer', 'Transfer'), ('completed', 'Completed'), ('imported', 'Imported')], max_length=40, null=True)),
                ('exit_note', models.CharField(blank=True, max_length=400)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Patient',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('number', models.CharField(max_length=12, unique=True)),
                ('family_name', models.CharField(blank=True, max_length=80)),
                ('given_name', models.CharField(blank=True, max_length=80)),
                ('sort_key', models.CharField(db_collation='C', editable=False, max_length=160)),
                ('birth_date', models.DateField(blank=True, null=True)),
                ('sex', models.CharField(blank=True, choices=[('F', 'Female'), ('M', 'Male')], max_length=1, null=True)),
                ('fiscal_code', models.CharField(blank=True, max_length=16, null=True)),
                ('stranger_code', models.CharField(blank=True, max_length=16, null=True)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('allergy_status', models.CharField(choices=[('not_asked', 'Not Asked'), ('none_known', 'None Known'), ('listed', 'Listed')], default='not_asked', max_length=12)),
                ('allergies', models.CharField(blank=True, max_length=240)),
                ('died_on', models.DateField(blank=True, null=True)),
                ('imported', models.BooleanField(default=False)),
                ('pseudonym', models.CharField(blank=True, max_length=80, null=True)),
            ],
            options={
                'ordering': ['sort_key', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PatientEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('number', models.CharField(max_length=12)),
                ('family_name', models.CharField(blank=True, max_length=80)),
                ('given_name', models.CharField(blank=True, max_length=80)),
                ('sort_key', models.CharField(db_collation='C', editable=False, max_length=160)),
                ('birth_date', models.DateField(blank=True, null=True)),
                ('sex', models.CharField(blank=True, choices=[('F', 'Female'), ('M', 'Male')], max_length=1, null=True)),
                ('fiscal_code', models.CharField(blank=True, max_length=16, null=True)),
                ('stranger_code', models.CharField(blank=True, max_length=16, null=True)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('allergy_status', models.CharField(choices=[('not_asked', 'Not Asked'), ('none_known', 'None Known'), ('listed', 'Listed')], default='not_asked', max_length=12)),
                ('allergies', models.CharField(blank=True, max_length=240)),
                ('died_on', models.DateField(blank=True, null=True)),
                ('imported', models.BooleanField(default=False)),
                ('pseudonym', models.CharField(blank=True, max_length=80, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('code', models.CharField(max_length=20, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('brand', models.CharField(max_length=40)),
                ('maker', models.CharField(blank=True, max_length=80)),
                ('target', models.CharField(max_length=20)),
                ('costimulation', models.CharField(max_length=20)),
                ('diseases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None)),
                ('thaw_starts', models.CharField(blank=True, choices=[('complete_thaw', 'Complete Thaw'), ('room_temperature', 'Room Temperature'), ('removal_from_storage', 'Removal From Storage'), ('start_of_thaw', 'Start Of Thaw')], max_length=24, null=True)),
                ('thaw_minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('monitoring_daily_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('monitoring_week_1_least', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('vein_to_vein_weeks_least', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('vein_to_vein_weeks_most', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('shelf_life_months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('unverified', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('source', models.CharField(max_length=40)),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='ProductEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('code', models.CharField(max_length=20, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('brand', models.CharField(max_length=40)),
                ('maker', models.CharField(blank=True, max_length=80)),
                ('target', models.CharField(max_length=20)),
                ('costimulation', models.CharField(max_length=20)),
                ('diseases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None)),
                ('thaw_starts', models.CharField(blank=True, choices=[('complete_thaw', 'Complete Thaw'), ('room_temperature', 'Room Temperature'), ('removal_from_storage', 'Removal From Storage'), ('start_of_thaw', 'Start Of Thaw')], max_length=24, null=True)),
                ('thaw_minutes', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('monitoring_daily_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('monitoring_week_1_least', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('vein_to_vein_weeks_least', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('vein_to_vein_weeks_most', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('shelf_life_months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('unverified', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('source', models.CharField(max_length=40)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=30)),
                ('days', models.PositiveSmallIntegerField()),
                ('working_days', models.BooleanField()),
                ('source', models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name='PromiseEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('code', models.CharField(max_length=30)),
                ('days', models.PositiveSmallIntegerField()),
                ('working_days', models.BooleanField()),
                ('source', models.CharField(max_length=80)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('item', models.CharField(max_length=30)),
                ('text', models.CharField(blank=True, max_length=400)),
                ('asked_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['asked_at', 'item'],
            },
        ),
        migrations.CreateModel(
            name='QuestionEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('item', models.CharField(max_length=30)),
                ('text', models.CharField(blank=True, max_length=400)),
                ('asked_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Readiness',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=60)),
                ('tocilizumab_doses_on_site', models.PositiveSmallIntegerField()),
                ('tocilizumab_alternative', models.CharField(blank=True, max_length=160)),
                ('weight_kg', models.DecimalField(decimal_places=1, max_digits=4)),
                ('patient_informed', models.BooleanField(blank=True, null=True)),
            ],
            options={
                'ordering': ['at'],
            },
        ),
        migrations.CreateModel(
            name='ReadinessEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('at', models.DateTimeField()),
                ('by', models.CharField(max_length=60)),
                ('tocilizumab_doses_on_site', models.PositiveSmallIntegerField()),
                ('tocilizumab_alternative', models.CharField(blank=True, max_length=160)),
                ('weight_kg', models.DecimalField(decimal_places=1, max_digits=4)),
                ('patient_informed', models.BooleanField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('status', models.CharField(blank=True, choices=[('refractory', 'Refractory'), ('relapse_within_12_months', 'Relapse Within 12 Months'), ('relapse_later', 'Relapse Later')], max_length=30, null=True)),
                ('lines', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('ecog', models.CharField(blank=True, choices=[('0', 'Zero'), ('1', 'One'), ('2', 'Two'), ('3-4', 'Three Or Four')], max_length=3, null=True)),
                ('needed_within_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('referrer_phone', models.CharField(blank=True, max_length=40)),
                ('form_key', models.UUIDField(unique=True)),
                ('answered', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ReferralEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('status', models.CharField(blank=True, choices=[('refractory', 'Refractory'), ('relapse_within_12_months', 'Relapse Within 12 Months'), ('relapse_later', 'Relapse Later')], max_length=30, null=True)),
                ('lines', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('ecog', models.CharField(blank=True, choices=[('0', 'Zero'), ('1', 'One'), ('2', 'Two'), ('3-4', 'Three Or Four')], max_length=3, null=True)),
                ('needed_within_days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('referrer_phone', models.CharField(blank=True, max_length=40)),
                ('form_key', models.UUIDField()),
                ('answered', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Regimen',
            fields=[
                ('code', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('disease', models.CharField(blank=True, max_length=10)),
                ('doses', models.JSONField()),
                ('doses_verified', models.BooleanField()),
                ('anchor', models.CharField(choices=[('ld_end', 'End'), ('ld_start', 'Start')], max_length=10)),
                ('least_days', models.PositiveSmallIntegerField()),
                ('best_days', models.PositiveSmallIntegerField()),
                ('most_days', models.PositiveSmallIntegerField()),
                ('window_verified', models.BooleanField()),
                ('source', models.CharField(max_length=40)),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='RegimenEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('code', models.CharField(max_length=40, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('disease', models.CharField(blank=True, max_length=10)),
                ('doses', models.JSONField()),
                ('doses_verified', models.BooleanField()),
                ('anchor', models.CharField(choices=[('ld_end', 'End'), ('ld_start', 'Start')], max_length=10)),
                ('least_days', models.PositiveSmallIntegerField()),
                ('best_days', models.PositiveSmallIntegerField()),
                ('most_days', models.PositiveSmallIntegerField()),
                ('window_verified', models.BooleanField()),
                ('source', models.CharField(max_length=40)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('rule', models.CharField(max_length=40)),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('kind', models.CharField(choices=[('pet', 'Pet'), ('visit', 'Visit'), ('assessment', 'Assessment'), ('registry', 'Registry'), ('step', 'Step')], max_length=12)),
                ('due_on', models.DateField()),
                ('due_at', models.DateTimeField()),
                ('window_from', models.DateField(blank=True, null=True)),
                ('window_to', models.DateField(blank=True, null=True)),
                ('handed_on', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('acknowledged', 'Acknowledged'), ('done', 'Done'), ('dropped', 'Dropped')], default='planned', max_length=12)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('snoozed_until', models.DateTimeField(blank=True, null=True)),
                ('snooze_reason', models.CharField(blank=True, max_length=240)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('done_on', models.DateField(blank=True, null=True)),
                ('done_by', models.CharField(blank=True, max_length=60)),
                ('dropped_by', models.CharField(blank=True, max_length=60)),
                ('drop_reason', models.CharField(blank=True, max_length=240)),
            ],
            options={
                'ordering': ['due_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ReminderEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('rule', models.CharField(max_length=40)),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('kind', models.CharField(choices=[('pet', 'Pet'), ('visit', 'Visit'), ('assessment', 'Assessment'), ('registry', 'Registry'), ('step', 'Step')], max_length=12)),
                ('due_on', models.DateField()),
                ('due_at', models.DateTimeField()),
                ('window_from', models.DateField(blank=True, null=True)),
                ('window_to', models.DateField(blank=True, null=True)),
                ('handed_on', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('acknowledged', 'Acknowledged'), ('done', 'Done'), ('dropped', 'Dropped')], default='planned', max_length=12)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('snoozed_until', models.DateTimeField(blank=True, null=True)),
                ('snooze_reason', models.CharField(blank=True, max_length=240)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('done_on', models.DateField(blank=True, null=True)),
                ('done_by', models.CharField(blank=True, max_length=60)),
                ('dropped_by', models.CharField(blank=True, max_length=60)),
                ('drop_reason', models.CharField(blank=True, max_length=240)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReminderTelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('again', models.PositiveSmallIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('urgent', models.BooleanField(default=False)),
                ('waiting', models.BooleanField(default=True)),
                ('held', models.BooleanField(default=False)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['level', 'again'],
            },
        ),
        migrations.CreateModel(
            name='Replan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('planner', models.CharField(max_length=40)),
                ('error', models.CharField(max_length=240)),
                ('first_failed_at', models.DateTimeField()),
                ('last_tried_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('kind', models.CharField(choices=[('apheresis_chair', 'Apheresis Chair'), ('bed', 'Bed')], max_length=20)),
                ('name', models.CharField(max_length=60)),
                ('opens_at', models.TimeField(default=datetime.time(8, 0))),
                ('closes_at', models.TimeField(default=datetime.time(18, 0))),
                ('in_use', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['centre', 'kind', 'name'],
            },
        ),
        migrations.CreateModel(
            name='ResourceEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('kind', models.CharField(choices=[('apheresis_chair', 'Apheresis Chair'), ('bed', 'Bed')], max_length=20)),
                ('name', models.CharField(max_length=60)),
                ('opens_at', models.TimeField(default=datetime.time(8, 0))),
                ('closes_at', models.TimeField(default=datetime.time(18, 0))),
                ('in_use', models.BooleanField(default=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('code', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('name_it', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=80)),
                ('sentence_it', models.CharField(max_length=240)),
                ('sentence_en', models.CharField(max_length=240)),
                ('centre_kind', models.CharField(blank=True, choices=[('referral', 'Referral'), ('hub', 'Hub'), ('study', 'Study')], max_length=10)),
                ('permissions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('reads', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='RoleEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('code', models.CharField(max_length=40, serialize=False)),
                ('order', models.PositiveSmallIntegerField()),
                ('name_it', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=80)),
                ('sentence_it', models.CharField(max_length=240)),
                ('sentence_en', models.CharField(max_length=240)),
                ('centre_kind', models.CharField(blank=True, choices=[('referral', 'Referral'), ('hub', 'Hub'), ('study', 'Study')], max_length=10)),
                ('permissions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('reads', models.JSONField(default=dict)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ScheduleTemplate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('rule', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('pet', 'Pet'), ('visit', 'Visit'), ('assessment', 'Assessment'), ('registry', 'Registry'), ('step', 'Step')], max_length=12)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('days', models.SmallIntegerField(blank=True, null=True)),
                ('months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('until_day', models.SmallIntegerField(blank=True, null=True)),
                ('window', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, null=True, size=2)),
                ('at_time', models.TimeField(default=datetime.time(6, 0))),
                ('owner_at', models.CharField(choices=[('hub', 'Hub'), ('referring', 'Referring')], default='hub', max_length=10)),
                ('levels', models.JSONField()),
                ('milestone', models.CharField(blank=True, max_length=30)),
                ('source', models.CharField(max_length=80)),
                ('valid_from', models.DateField(default=datetime.date(2020, 1, 1))),
                ('valid_to', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['order', 'rule'],
            },
        ),
        migrations.CreateModel(
            name='ScheduleTemplateEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('rule', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('pet', 'Pet'), ('visit', 'Visit'), ('assessment', 'Assessment'), ('registry', 'Registry'), ('step', 'Step')], max_length=12)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('days', models.SmallIntegerField(blank=True, null=True)),
                ('months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('until_day', models.SmallIntegerField(blank=True, null=True)),
                ('window', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, null=True, size=2)),
                ('at_time', models.TimeField(default=datetime.time(6, 0))),
                ('owner_at', models.CharField(choices=[('hub', 'Hub'), ('referring', 'Referring')], default='hub', max_length=10)),
                ('levels', models.JSONField()),
                ('milestone', models.CharField(blank=True, max_length=30)),
                ('source', models.CharField(max_length=80)),
                ('valid_from', models.DateField(default=datetime.date(2020, 1, 1))),
                ('valid_to', models.DateField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StageEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('stage', models.CharField(choices=[('referral', 'referral'), ('eligibility', 'eligibility'), ('apheresis', 'apheresis'), ('manufacturing', 'manufacturing'), ('bridging', 'bridging'), ('lymphodepletion', 'lymphodepletion'), ('infusion', 'infusion'), ('toxicity', 'toxicity'), ('followup', 'followup')], max_length=16)),
                ('started_on', models.DateField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('superseded', models.BooleanField(default=False)),
                ('before_carpath', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['started_on'],
            },
        ),
        migrations.CreateModel(
            name='StageEntryEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('stage', models.CharField(choices=[('referral', 'referral'), ('eligibility', 'eligibility'), ('apheresis', 'apheresis'), ('manufacturing', 'manufacturing'), ('bridging', 'bridging'), ('lymphodepletion', 'lymphodepletion'), ('infusion', 'infusion'), ('toxicity', 'toxicity'), ('followup', 'followup')], max_length=16)),
                ('started_on', models.DateField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('superseded', models.BooleanField(default=False)),
                ('before_carpath', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('code', models.CharField(max_length=40)),
                ('stage', models.CharField(choices=[('referral', 'referral'), ('eligibility', 'eligibility'), ('apheresis', 'apheresis'), ('manufacturing', 'manufacturing'), ('bridging', 'bridging'), ('lymphodepletion', 'lymphodepletion'), ('infusion', 'infusion'), ('toxicity', 'toxicity'), ('followup', 'followup')], max_length=16)),
                ('origin', models.CharField(default='map', max_length=20)),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('details', models.JSONField(blank=True, default=dict)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('blocks_on', models.DateField(blank=True, null=True)),
                ('has_ball', models.BooleanField(default=False)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('done_by', models.CharField(blank=True, max_length=60)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['due_at'],
            },
        ),
        migrations.CreateModel(
            name='StepEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('code', models.CharField(max_length=40)),
                ('stage', models.CharField(choices=[('referral', 'referral'), ('eligibility', 'eligibility'), ('apheresis', 'apheresis'), ('manufacturing', 'manufacturing'), ('bridging', 'bridging'), ('lymphodepletion', 'lymphodepletion'), ('infusion', 'infusion'), ('toxicity', 'toxicity'), ('followup', 'followup')], max_length=16)),
                ('origin', models.CharField(default='map', max_length=20)),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('details', models.JSONField(blank=True, default=dict)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('blocks_on', models.DateField(blank=True, null=True)),
                ('has_ball', models.BooleanField(default=False)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('done_by', models.CharField(blank=True, max_length=60)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TakenForm',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='UserEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('language', models.CharField(choices=[('it', 'Italiano'), ('en', 'English')], default='it', max_length=2)),
                ('is_demonstration', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('language', models.CharField(choices=[('it', 'Italiano'), ('en', 'English')], default='it', max_length=2)),
                ('is_demonstration', models.BooleanField(default=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ['last_name', 'first_name'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deputising', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='AbsenceEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, serialize=False)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('deputy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.absence')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AccessEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('by_id', models.UUIDField()),
                ('what', models.CharField(max_length=80)),
                ('patient_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('pathway_id', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['by_id', '-at'], name='access_by_user'), django.contrib.postgres.indexes.GinIndex(fields=['patient_ids'], name='access_by_patient')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accessentry',
            trigger=pgtrigger.compiler.Trigger(name='access_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='263bbe8d34e0f523cb0994af42773099de661425', operation='UPDATE OR DELETE', pgid='pgtrigger_access_is_kept_296b5', table='patients_accessentry', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='bookingevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.booking'),
        ),
        migrations.AddField(
            model_name='bridgingcourseevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.bridgingcourse'),
        ),
        migrations.AddField(
            model_name='carelink',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='carelinkevent',
            name='person',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='carelinkevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.carelink'),
        ),
        migrations.AddField(
            model_name='centre',
            name='usual_hub',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='spokes', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='carelinkevent',
            name='centre',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='carelink',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='bridgingcourseevent',
            name='centre',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='bridgingcourse',
            name='centre',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='centreevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='centreevent',
            name='usual_hub',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='closedday',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closed_days', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='closeddayevent',
            name='centre',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='closeddayevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.closedday'),
        ),
        migrations.AddField(
            model_name='collection',
            name='booking',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.booking'),
        ),
        migrations.AddField(
            model_name='collectionevent',
            name='booking',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.booking'),
        ),
        migrations.AddField(
            model_name='collectionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.collection'),
        ),
        migrations.AddField(
            model_name='decision',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decisionevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decisionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.decision'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='centre',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='diagnosisevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.diagnosis'),
        ),
        migrations.AddField(
            model_name='hubanswer',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hubanswerevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='hubanswerevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.hubanswer'),
        ),
        migrations.AddField(
            model_name='identifierevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.identifier'),
        ),
        migrations.AddField(
            model_name='identitycheck',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='identitycheck',
            name='first',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='second', to='patients.identitycheck'),
        ),
        migrations.AddField(
            model_name='identitycheckevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='identitycheckevent',
            name='first',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.identitycheck'),
        ),
        migrations.AddField(
            model_name='identitycheckevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.identitycheck'),
        ),
        migrations.AddField(
            model_name='identityincident',
            name='check_row',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='incident', to='patients.identitycheck'),
        ),
        migrations.AddField(
            model_name='identityincidentevent',
            name='check_row',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.identitycheck'),
        ),
        migrations.AddField(
            model_name='identityincidentevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.identityincident'),
        ),
        migrations.AddField(
            model_name='identityresolution',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='identityresolution',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='resolutions', to='patients.identityincident'),
        ),
        migrations.AddField(
            model_name='identityresolutionevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='identityresolutionevent',
            name='incident',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.identityincident'),
        ),
        migrations.AddField(
            model_name='identityresolutionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.identityresolution'),
        ),
        migrations.AddField(
            model_name='infusion',
            name='identity',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='infusion', to='patients.identitycheck'),
        ),
        migrations.AddField(
            model_name='infusionevent',
            name='identity',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.identitycheck'),
        ),
        migrations.AddField(
            model_name='infusionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.infusion'),
        ),
        migrations.AddConstraint(
            model_name='installation',
            constraint=models.CheckConstraint(condition=models.Q(('only', True)), name='one_installation'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='installation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_installationevent" ("kind", "made_at", "muted", "only", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."kind", NEW."made_at", NEW."muted", NEW."only", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."only"); RETURN NULL;', hash='07632a130c284d69333883753e3d3722f565793d', operation='INSERT', pgid='pgtrigger_insert_insert_54878', table='patients_installation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='installation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_installationevent" ("kind", "made_at", "muted", "only", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."kind", NEW."made_at", NEW."muted", NEW."only", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."only"); RETURN NULL;', hash='3d35eb690ccfebb6ab6389a64c5cdf8bb0765466', operation='UPDATE', pgid='pgtrigger_update_update_bc0fb', table='patients_installation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='installation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_installationevent" ("kind", "made_at", "muted", "only", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."kind", OLD."made_at", OLD."muted", OLD."only", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."only"); RETURN NULL;', hash='78c95a3ac241df4934e2d2c62eda2f268cc1fcb0', operation='DELETE', pgid='pgtrigger_delete_delete_01c71', table='patients_installation', when='AFTER')),
        ),
        migrations.AddField(
            model_name='installationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.installation'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='accepted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='accepted_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='centre',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.invitation'),
        ),
        migrations.AddField(
            model_name='keptdraft',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lot',
            name='accepted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lot',
            name='collection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='patients.collection'),
        ),
        migrations.AddField(
            model_name='lot',
            name='receipt',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='received_lot', to='patients.identitycheck'),
        ),
        migrations.AddField(
            model_name='infusionevent',
            name='lot',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.lot'),
        ),
        migrations.AddField(
            model_name='infusion',
            name='lot',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='infusion', to='patients.lot'),
        ),
        migrations.AddField(
            model_name='lotevent',
            name='accepted_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lotevent',
            name='collection',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.collection'),
        ),
        migrations.AddField(
            model_name='lotevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.lot'),
        ),
        migrations.AddField(
            model_name='lotevent',
            name='receipt',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.identitycheck'),
        ),
        migrations.AddField(
            model_name='lymphodepletiondayevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.lymphodepletionday'),
        ),
        migrations.AddField(
            model_name='lymphodepletiondayevent',
            name='plan',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.lymphodepletionplan'),
        ),
        migrations.AddField(
            model_name='lymphodepletionday',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='patients.lymphodepletionplan'),
        ),
        migrations.AddField(
            model_name='lymphodepletionplanevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.lymphodepletionplan'),
        ),
        migrations.AddField(
            model_name='membership',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='membership',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='centre',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.membership'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='milestoneevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.milestone'),
        ),
        migrations.AddField(
            model_name='notice',
            name='acknowledged_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notice',
            name='centre',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='notice',
            name='delivery',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='patients.delivery'),
        ),
        migrations.AddField(
            model_name='notice',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='orderevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.order'),
        ),
        migrations.CreateModel(
            name='Planning',
            fields=[
                ('pathway', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='patients.pathway')),
                ('planned_at', models.DateTimeField()),
                ('day_0', models.DateField(blank=True, null=True)),
                ('product', models.CharField(blank=True, max_length=20)),
                ('status', models.CharField(max_length=10)),
            ],
        ),
        migrations.AddField(
            model_name='pathway',
            name='hub',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hub_pathways', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='pathway',
            name='referrer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pathway',
            name='referring_centre',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referred_pathways', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='orderevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='order',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='milestoneevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='milestone',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='lymphodepletionplanevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='lymphodepletionplan',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lymphodepletion_plans', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='lotevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='lot',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lots', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='infusionevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='infusion',
            name='pathway',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='infusion', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='decisionevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='decision',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='collectionevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='collection',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='collections', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='bridgingcourseevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='bridgingcourse',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bridging_courses', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='bookingevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='booking',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='pathwayevent',
            name='hub',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='pathwayevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='pathwayevent',
            name='referrer',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pathwayevent',
            name='referring_centre',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['sort_key', 'id'], name='patient_by_name'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.UniqueConstraint(condition=models.Q(('fiscal_code__isnull', False)), fields=('fiscal_code',), name='one_person_per_fiscal_code'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.UniqueConstraint(condition=models.Q(('stranger_code__isnull', False)), fields=('stranger_code',), name='one_person_per_stranger_code'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('birth_date__isnull', True), ('family_name', ''), ('imported', True), ('pseudonym__isnull', False)), models.Q(('imported', False), models.Q(('family_name', ''), _negated=True)), _connector='OR'), name='a_name_or_a_pseudonym'),
        ),
        migrations.AddField(
            model_name='pathwayevent',
            name='patient',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='pathway',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pathways', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='identityincidentevent',
            name='patient',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='identityincident',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identity_incidents', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='identitycheckevent',
            name='patient',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='identitycheck',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identity_checks', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='identifierevent',
            name='patient',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='identifier',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='diagnosisevent',
            name='patient',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='diagnosis',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='diagnoses', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='change',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='carelinkevent',
            name='patient',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='carelink',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='patients.patient'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='patients_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9c70e4a15e00ea970ac4ffb68a11c1786a7bb9a6', operation='DELETE', pgid='pgtrigger_patients_are_kept_1688d', table='patients_patient', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_patientevent" ("allergies", "allergy_status", "birth_date", "died_on", "family_name", "fiscal_code", "given_name", "id", "imported", "number", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pseudonym", "sex", "sort_key", "stranger_code", "version") VALUES (NEW."allergies", NEW."allergy_status", NEW."birth_date", NEW."died_on", NEW."family_name", NEW."fiscal_code", NEW."given_name", NEW."id", NEW."imported", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."phone", NEW."pseudonym", NEW."sex", NEW."sort_key", NEW."stranger_code", NEW."version"); RETURN NULL;', hash='3140447eaad927224adfd7626fb16a2f76fd67d4', operation='INSERT', pgid='pgtrigger_insert_insert_62165', table='patients_patient', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_patientevent" ("allergies", "allergy_status", "birth_date", "died_on", "family_name", "fiscal_code", "given_name", "id", "imported", "number", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pseudonym", "sex", "sort_key", "stranger_code", "version") VALUES (NEW."allergies", NEW."allergy_status", NEW."birth_date", NEW."died_on", NEW."family_name", NEW."fiscal_code", NEW."given_name", NEW."id", NEW."imported", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."phone", NEW."pseudonym", NEW."sex", NEW."sort_key", NEW."stranger_code", NEW."version"); RETURN NULL;', hash='922aeb227acf40a48b9e48211903822300a51827', operation='UPDATE', pgid='pgtrigger_update_update_546ce', table='patients_patient', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patient',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_patientevent" ("allergies", "allergy_status", "birth_date", "died_on", "family_name", "fiscal_code", "given_name", "id", "imported", "number", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pseudonym", "sex", "sort_key", "stranger_code", "version") VALUES (OLD."allergies", OLD."allergy_status", OLD."birth_date", OLD."died_on", OLD."family_name", OLD."fiscal_code", OLD."given_name", OLD."id", OLD."imported", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."phone", OLD."pseudonym", OLD."sex", OLD."sort_key", OLD."stranger_code", OLD."version"); RETURN NULL;', hash='c3722358717dfda6b53d37965e9e96449f0ad62d', operation='DELETE', pgid='pgtrigger_delete_delete_9898d', table='patients_patient', when='AFTER')),
        ),
        migrations.AddField(
            model_name='patientevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='pathwayevent',
            name='product',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.product'),
        ),
        migrations.AddField(
            model_name='pathway',
            name='product',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.product'),
        ),
        migrations.AddField(
            model_name='orderevent',
            name='product',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.product'),
        ),
        migrations.AddField(
            model_name='order',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.product'),
        ),
        migrations.AddField(
            model_name='decisionevent',
            name='product',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.product'),
        ),
        migrations.AddField(
            model_name='decision',
            name='product',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.product'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='product',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_productevent" ("brand", "code", "costimulation", "diseases", "maker", "monitoring_daily_days", "monitoring_week_1_least", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shelf_life_months", "source", "target", "thaw_minutes", "thaw_starts", "unverified", "vein_to_vein_weeks_least", "vein_to_vein_weeks_most") VALUES (NEW."brand", NEW."code", NEW."costimulation", NEW."diseases", NEW."maker", NEW."monitoring_daily_days", NEW."monitoring_week_1_least", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."code", NEW."shelf_life_months", NEW."source", NEW."target", NEW."thaw_minutes", NEW."thaw_starts", NEW."unverified", NEW."vein_to_vein_weeks_least", NEW."vein_to_vein_weeks_most"); RETURN NULL;', hash='328335cb049969e89d0eefa3cceb6d0a05c0fbb9', operation='INSERT', pgid='pgtrigger_insert_insert_61bc2', table='patients_product', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='product',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_productevent" ("brand", "code", "costimulation", "diseases", "maker", "monitoring_daily_days", "monitoring_week_1_least", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shelf_life_months", "source", "target", "thaw_minutes", "thaw_starts", "unverified", "vein_to_vein_weeks_least", "vein_to_vein_weeks_most") VALUES (NEW."brand", NEW."code", NEW."costimulation", NEW."diseases", NEW."maker", NEW."monitoring_daily_days", NEW."monitoring_week_1_least", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."code", NEW."shelf_life_months", NEW."source", NEW."target", NEW."thaw_minutes", NEW."thaw_starts", NEW."unverified", NEW."vein_to_vein_weeks_least", NEW."vein_to_vein_weeks_most"); RETURN NULL;', hash='7ddc26797988c5707d7600bc2731f93c3c110fad', operation='UPDATE', pgid='pgtrigger_update_update_551d8', table='patients_product', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='product',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_productevent" ("brand", "code", "costimulation", "diseases", "maker", "monitoring_daily_days", "monitoring_week_1_least", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shelf_life_months", "source", "target", "thaw_minutes", "thaw_starts", "unverified", "vein_to_vein_weeks_least", "vein_to_vein_weeks_most") VALUES (OLD."brand", OLD."code", OLD."costimulation", OLD."diseases", OLD."maker", OLD."monitoring_daily_days", OLD."monitoring_week_1_least", OLD."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."code", OLD."shelf_life_months", OLD."source", OLD."target", OLD."thaw_minutes", OLD."thaw_starts", OLD."unverified", OLD."vein_to_vein_weeks_least", OLD."vein_to_vein_weeks_most"); RETURN NULL;', hash='5924dcc30d71430758e98a7d788fce113b8becc9', operation='DELETE', pgid='pgtrigger_delete_delete_c6bdd', table='patients_product', when='AFTER')),
        ),
        migrations.AddField(
            model_name='productevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.product'),
        ),
        migrations.AddField(
            model_name='promise',
            name='centre',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='promiseevent',
            name='centre',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='promiseevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.promise'),
        ),
        migrations.AddField(
            model_name='question',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='question',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='questionevent',
            name='answered_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='questionevent',
            name='asked_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='questionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.question'),
        ),
        migrations.AddField(
            model_name='readiness',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readiness', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='infusionevent',
            name='readiness',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.readiness'),
        ),
        migrations.AddField(
            model_name='infusion',
            name='readiness',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='infusion', to='patients.readiness'),
        ),
        migrations.AddField(
            model_name='readinessevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='readinessevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.readiness'),
        ),
        migrations.AddField(
            model_name='referral',
            name='pathway',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='referral', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='referral',
            name='sent_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='questionevent',
            name='referral',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.referral'),
        ),
        migrations.AddField(
            model_name='question',
            name='referral',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='patients.referral'),
        ),
        migrations.AddField(
            model_name='hubanswerevent',
            name='referral',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.referral'),
        ),
        migrations.AddField(
            model_name='hubanswer',
            name='referral',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hub_answers', to='patients.referral'),
        ),
        migrations.AddField(
            model_name='referralevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='referralevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.referral'),
        ),
        migrations.AddField(
            model_name='referralevent',
            name='sent_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='regimen',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='regimens', to='patients.product'),
        ),
        migrations.AddField(
            model_name='lymphodepletionplanevent',
            name='regimen',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.regimen'),
        ),
        migrations.AddField(
            model_name='lymphodepletionplan',
            name='regimen',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.regimen'),
        ),
        migrations.AddField(
            model_name='regimenevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.regimen'),
        ),
        migrations.AddField(
            model_name='regimenevent',
            name='product',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.product'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='acknowledged_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reminder',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reminder',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='acknowledged_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='centre',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='owner',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='patient',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.reminder'),
        ),
        migrations.AddField(
            model_name='remindertelling',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='remindertelling',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='remindertelling',
            name='reminder',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tellings', to='patients.reminder'),
        ),
        migrations.AddField(
            model_name='replan',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='resource',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='resources', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='bookingevent',
            name='resource',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.resource'),
        ),
        migrations.AddField(
            model_name='booking',
            name='resource',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='patients.resource'),
        ),
        migrations.AddField(
            model_name='resourceevent',
            name='centre',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='resourceevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.resource'),
        ),
        migrations.AddField(
            model_name='remindertelling',
            name='role',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='owner_role',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='owner_role',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='notice',
            name='role',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='role',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='membership',
            name='role',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='patients.role'),
        ),
        migrations.AddField(
            model_name='invitationevent',
            name='role',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='role',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='carelinkevent',
            name='role',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='carelink',
            name='role',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.role'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='role',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_roleevent" ("centre_kind", "code", "name_en", "name_it", "order", "permissions", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reads", "sentence_en", "sentence_it") VALUES (NEW."centre_kind", NEW."code", NEW."name_en", NEW."name_it", NEW."order", NEW."permissions", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."code", NEW."reads", NEW."sentence_en", NEW."sentence_it"); RETURN NULL;', hash='35e75693725a997a6926023a3eee15cc7bae4fa6', operation='INSERT', pgid='pgtrigger_insert_insert_6e3a8', table='patients_role', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='role',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_roleevent" ("centre_kind", "code", "name_en", "name_it", "order", "permissions", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reads", "sentence_en", "sentence_it") VALUES (NEW."centre_kind", NEW."code", NEW."name_en", NEW."name_it", NEW."order", NEW."permissions", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."code", NEW."reads", NEW."sentence_en", NEW."sentence_it"); RETURN NULL;', hash='ec7226a7dc62a589b18048e9b737611bb9eff5eb', operation='UPDATE', pgid='pgtrigger_update_update_fc31f', table='patients_role', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='role',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_roleevent" ("centre_kind", "code", "name_en", "name_it", "order", "permissions", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reads", "sentence_en", "sentence_it") VALUES (OLD."centre_kind", OLD."code", OLD."name_en", OLD."name_it", OLD."order", OLD."permissions", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."code", OLD."reads", OLD."sentence_en", OLD."sentence_it"); RETURN NULL;', hash='69ff452ba8ca8f959fe23cadf6931545d1c647fc', operation='DELETE', pgid='pgtrigger_delete_delete_5eda0', table='patients_role', when='AFTER')),
        ),
        migrations.AddField(
            model_name='roleevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.role'),
        ),
        migrations.AddField(
            model_name='scheduletemplate',
            name='hub',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='schedule', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='scheduletemplate',
            name='owner_role',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='scheduletemplate',
            name='product',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.product'),
        ),
        migrations.AddField(
            model_name='scheduletemplateevent',
            name='hub',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='scheduletemplateevent',
            name='owner_role',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='scheduletemplateevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.scheduletemplate'),
        ),
        migrations.AddField(
            model_name='scheduletemplateevent',
            name='product',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.product'),
        ),
        migrations.AddField(
            model_name='stageentry',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='stageentryevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='stageentryevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.stageentry'),
        ),
        migrations.AddField(
            model_name='step',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='step',
            name='next_owner_role',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='step',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='step',
            name='owner_role',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='step',
            name='pathway',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='stepevent',
            name='centre',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.centre'),
        ),
        migrations.AddField(
            model_name='stepevent',
            name='next_owner_role',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='stepevent',
            name='owner',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stepevent',
            name='owner_role',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.role'),
        ),
        migrations.AddField(
            model_name='stepevent',
            name='pathway',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='patients.pathway'),
        ),
        migrations.AddField(
            model_name='stepevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='patients.step'),
        ),
        migrations.AddField(
            model_name='takenform',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='userevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='users_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='5644ade33696f5bb5ddc218beebd3a04e9400688', operation='DELETE', pgid='pgtrigger_users_are_kept_0c7b7', table='patients_user', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_userevent" ("date_joined", "email", "first_name", "id", "is_active", "is_demonstration", "is_staff", "is_superuser", "language", "last_name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") VALUES (NEW."date_joined", NEW."email", NEW."first_name", NEW."id", NEW."is_active", NEW."is_demonstration", NEW."is_staff", NEW."is_superuser", NEW."language", NEW."last_name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."phone"); RETURN NULL;', hash='63a3a5e74b5336f182a81ff73850ed613d187e63', operation='INSERT', pgid='pgtrigger_insert_insert_d71fa', table='patients_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."first_name" IS DISTINCT FROM (NEW."first_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_demonstration" IS DISTINCT FROM (NEW."is_demonstration") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."phone" IS DISTINCT FROM (NEW."phone"))', func='INSERT INTO "patients_userevent" ("date_joined", "email", "first_name", "id", "is_active", "is_demonstration", "is_staff", "is_superuser", "language", "last_name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") VALUES (NEW."date_joined", NEW."email", NEW."first_name", NEW."id", NEW."is_active", NEW."is_demonstration", NEW."is_staff", NEW."is_superuser", NEW."language", NEW."last_name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."phone"); RETURN NULL;', hash='f872a6fd4fb00e80a13d09ce09fbb0d2e71a69ea', operation='UPDATE', pgid='pgtrigger_update_update_5e309', table='patients_user', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='user',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_userevent" ("date_joined", "email", "first_name", "id", "is_active", "is_demonstration", "is_staff", "is_superuser", "language", "last_name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone") VALUES (OLD."date_joined", OLD."email", OLD."first_name", OLD."id", OLD."is_active", OLD."is_demonstration", OLD."is_staff", OLD."is_superuser", OLD."language", OLD."last_name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."phone"); RETURN NULL;', hash='54f998e0c55bc9f053aa6e4361ec4ec4566182e1', operation='DELETE', pgid='pgtrigger_delete_delete_c9f85', table='patients_user', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='absence_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('deputy', models.F('user')), _negated=True), name='nobody_deputises_for_themselves'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_absenceevent" ("deputy_id", "first_day", "id", "last_day", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."deputy_id", NEW."first_day", NEW."id", NEW."last_day", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='bc3cc72ef18e328132eeb7444b35d99c84869cee', operation='INSERT', pgid='pgtrigger_insert_insert_64fd0', table='patients_absence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_absenceevent" ("deputy_id", "first_day", "id", "last_day", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."deputy_id", NEW."first_day", NEW."id", NEW."last_day", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='dd98fb6f741dd9e378ec74cde74ba965235a5516', operation='UPDATE', pgid='pgtrigger_update_update_94ec6', table='patients_absence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_absenceevent" ("deputy_id", "first_day", "id", "last_day", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."deputy_id", OLD."first_day", OLD."id", OLD."last_day", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='809ac298b51502ff2ac6f9abb03710083c08d90d', operation='DELETE', pgid='pgtrigger_delete_delete_8e68b', table='patients_absence', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absenceevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b8c0c5b541700d9ce761431d4bf2e49f27015551', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f2a6d', table='patients_absenceevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='centre',
            constraint=models.CheckConstraint(condition=models.Q(('usual_hub__isnull', True), ('kind', 'referral'), _connector='OR'), name='only_spokes_have_a_hub'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centre',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_centreevent" ("code", "id", "kind", "name", "on_call_phone", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "timezone", "town", "usual_hub_id", "version") VALUES (NEW."code", NEW."id", NEW."kind", NEW."name", NEW."on_call_phone", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."phone", NEW."timezone", NEW."town", NEW."usual_hub_id", NEW."version"); RETURN NULL;', hash='fb769a5aef3ae96a1e0a501cead2872c0ff7e60a', operation='INSERT', pgid='pgtrigger_insert_insert_864e8', table='patients_centre', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centre',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_centreevent" ("code", "id", "kind", "name", "on_call_phone", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "timezone", "town", "usual_hub_id", "version") VALUES (NEW."code", NEW."id", NEW."kind", NEW."name", NEW."on_call_phone", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."phone", NEW."timezone", NEW."town", NEW."usual_hub_id", NEW."version"); RETURN NULL;', hash='542581dbb1c503c182912f8d84855b0fd67db891', operation='UPDATE', pgid='pgtrigger_update_update_eda5f', table='patients_centre', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centre',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_centreevent" ("code", "id", "kind", "name", "on_call_phone", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "timezone", "town", "usual_hub_id", "version") VALUES (OLD."code", OLD."id", OLD."kind", OLD."name", OLD."on_call_phone", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."phone", OLD."timezone", OLD."town", OLD."usual_hub_id", OLD."version"); RETURN NULL;', hash='8d0bd99066f10a85066b4c832360f5e91da1c01a', operation='DELETE', pgid='pgtrigger_delete_delete_7f4e8', table='patients_centre', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='centreevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fd26ea044494a6ca1d2a00b5a2a0c7e4944b64a1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cb118', table='patients_centreevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='closedday',
            constraint=models.UniqueConstraint(fields=('centre', 'day'), name='one_closed_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closedday',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_closeddayevent" ("centre_id", "day", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."centre_id", NEW."day", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id"); RETURN NULL;', hash='880670f4b75ee43ea718951cb96af1fff0df35bf', operation='INSERT', pgid='pgtrigger_insert_insert_4ec5b', table='patients_closedday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closedday',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_closeddayevent" ("centre_id", "day", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."centre_id", NEW."day", NEW."id", NEW."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id"); RETURN NULL;', hash='82b31957d4f0bfca7a51c3fec29ba893423b6d86', operation='UPDATE', pgid='pgtrigger_update_update_432b5', table='patients_closedday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closedday',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_closeddayevent" ("centre_id", "day", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."centre_id", OLD."day", OLD."id", OLD."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id"); RETURN NULL;', hash='a4f7c0599a3913ddf3d59e81a5d4db5381563239', operation='DELETE', pgid='pgtrigger_delete_delete_d889d', table='patients_closedday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closeddayevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e81c0984b8f214326e6a90bab23b16b050729bc5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_850ca', table='patients_closeddayevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('failed_at__isnull', True), ('sent_at__isnull', True), ('withdrawn_at__isnull', True)), fields=['due_at'], name='delivery_to_send'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['by', '-created_at'], name='delivery_by_sender'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['centre', '-created_at'], name='delivery_by_centre'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_by__isnull', True), ('lease_until__isnull', True)), models.Q(('lease_by__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='lease_has_an_owner'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), models.Q(('failed_at__isnull', True), ('withdrawn_at__isnull', True)), _connector='OR'), name='sent_is_neither_failed_nor_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('bounced_at__isnull', True), ('sent_at__isnull', False), _connector='OR'), name='only_sent_mail_comes_back'),
        ),
        migrations.AddConstraint(
            model_name='identityresolution',
            constraint=models.UniqueConstraint(fields=('incident', 'by'), name='one_resolution_per_person'),
        ),
        migrations.AddConstraint(
            model_name='identityresolution',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='resolution_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityresolution',
            trigger=pgtrigger.compiler.Trigger(name='resolutions_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='50e374fb071c9d607c28b3d20e8a804b6d90e155', operation='UPDATE OR DELETE', pgid='pgtrigger_resolutions_are_kept_8de96', table='patients_identityresolution', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityresolution',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_identityresolutionevent" ("at", "by_id", "id", "incident_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."at", NEW."by_id", NEW."id", NEW."incident_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."reason"); RETURN NULL;', hash='e309995104990c4c406753b8f0960eadcb9cc128', operation='INSERT', pgid='pgtrigger_insert_insert_7f9ba', table='patients_identityresolution', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityresolution',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_identityresolutionevent" ("at", "by_id", "id", "incident_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."at", NEW."by_id", NEW."id", NEW."incident_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."reason"); RETURN NULL;', hash='0259e4f3da937f808330a49a4cc279fb0a1dfccf', operation='UPDATE', pgid='pgtrigger_update_update_b2d1f', table='patients_identityresolution', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityresolution',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_identityresolutionevent" ("at", "by_id", "id", "incident_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (OLD."at", OLD."by_id", OLD."id", OLD."incident_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."reason"); RETURN NULL;', hash='b937cfdafdb925f34650d1239faf1ce4f1759f17', operation='DELETE', pgid='pgtrigger_delete_delete_44ebd', table='patients_identityresolution', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityresolutionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ad69c493e15f2bce642c0e55a9d5870d7a319183', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_046c2', table='patients_identityresolutionevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='installationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7041c400cd059ea98505370705d1aa0e5b75d29d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4a877', table='patients_installationevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='keptdraft',
            constraint=models.UniqueConstraint(fields=('user', 'path'), name='one_draft_per_page'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletiondayevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c0a88d825e6800af1f876a405c01f9dde7a24f7d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d877e', table='patients_lymphodepletiondayevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='lymphodepletionday',
            constraint=models.UniqueConstraint(fields=('plan', 'day'), name='one_row_per_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletionday',
            trigger=pgtrigger.compiler.Trigger(name='days_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='a1730dfd8b4bb70a5ce6497e4a5f3384af56686b', operation='DELETE', pgid='pgtrigger_days_are_kept_0dff8', table='patients_lymphodepletionday', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletionday',
            trigger=pgtrigger.compiler.Trigger(name='given_with_the_product_at_the_hub', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."given")', func="\n                    IF NOT EXISTS (\n                        SELECT 1 FROM patients_lot lot\n                        JOIN patients_lymphodepletionplan plan ON plan.pathway_id = lot.pathway_id\n                        WHERE plan.id = NEW.plan_id AND NOT lot.superseded AND lot.received_on <= NEW.day\n                    ) THEN\n                        RAISE EXCEPTION 'no lymphodepletion before the product is at the hub'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='051a580d195261d0dd7c4f5b2e07a2af221d01f0', operation='INSERT OR UPDATE', pgid='pgtrigger_given_with_the_product_at_the_hub_a9138', table='patients_lymphodepletionday', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletionday',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_lymphodepletiondayevent" ("day", "doses", "given", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "version") VALUES (NEW."day", NEW."doses", NEW."given", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."plan_id", NEW."version"); RETURN NULL;', hash='9c4ba54fd2eb3c1b163fc9d56ba0059a316c4dcc', operation='INSERT', pgid='pgtrigger_insert_insert_a0c1b', table='patients_lymphodepletionday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletionday',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_lymphodepletiondayevent" ("day", "doses", "given", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "version") VALUES (NEW."day", NEW."doses", NEW."given", NEW."id", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."plan_id", NEW."version"); RETURN NULL;', hash='8729df72e89e017d99cf0f7d121c2ffe246c034b', operation='UPDATE', pgid='pgtrigger_update_update_617a7', table='patients_lymphodepletionday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletionday',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_lymphodepletiondayevent" ("day", "doses", "given", "id", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "version") VALUES (OLD."day", OLD."doses", OLD."given", OLD."id", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."plan_id", OLD."version"); RETURN NULL;', hash='9f73ea34ef756c5a26977a8fb4cdbba0c42b3f0e', operation='DELETE', pgid='pgtrigger_delete_delete_ec92f', table='patients_lymphodepletionday', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestoneevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='43fa3ee98f56ae8c80af731aa68360923b2f3a1e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c47c6', table='patients_milestoneevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded', False)), fields=('pathway', 'what'), name='one_standing_milestone'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(('actual_at__isnull', True), ('actual_on__isnull', False), _connector='OR'), name='instant_has_its_day'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='milestones_in_possible_order', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."actual_on" IS NOT NULL AND NOT NEW."superseded")', func="\n        IF EXISTS (\n            SELECT 1 FROM (VALUES ('more_asked', 'referral_sent'), ('more_answered', 'referral_sent'), ('taken_on', 'referral_sent'), ('decided', 'taken_on'), ('ordered', 'decided'), ('slot_confirmed', 'ordered'), ('apheresis', 'decided'), ('shipped', 'apheresis'), ('released', 'shipped'), ('received', 'shipped'), ('lymphodepletion_started', 'received'), ('lymphodepletion_ended', 'lymphodepletion_started'), ('infusion', 'received'), ('infusion', 'apheresis'), ('infusion', 'lymphodepletion_ended'), ('toxicity_closed', 'infusion'), ('discharged', 'infusion'), ('pet_30', 'infusion'), ('pet_90', 'infusion'), ('pet_180', 'infusion'), ('pet_365', 'infusion'), ('followup_ended', 'infusion')) AS pair(later, earlier)\n            JOIN patients_milestone other ON other.pathway_id = NEW.pathway_id AND other.id <> NEW.id\n             AND NOT other.superseded AND other.actual_on IS NOT NULL\n            WHERE (pair.later = NEW.what AND pair.earlier = other.what AND NEW.actual_on < other.actual_on)\n               OR (pair.earlier = NEW.what AND pair.later = other.what AND NEW.actual_on > other.actual_on)\n        ) THEN\n            RAISE EXCEPTION 'milestone % stands in an impossible order', NEW.what USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='32ae2adfec5c3da58b7ccff061563f6ddfb646db', operation='INSERT OR UPDATE', pgid='pgtrigger_milestones_in_possible_order_517d8', table='patients_milestone', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_milestoneevent" ("actual_at", "actual_on", "by", "first_planned_on", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_on", "superseded", "version", "what") VALUES (NEW."actual_at", NEW."actual_on", NEW."by", NEW."first_planned_on", NEW."id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."planned_on", NEW."superseded", NEW."version", NEW."what"); RETURN NULL;', hash='8e24615c45b403c70e065aa5f7ed393cfd6da525', operation='INSERT', pgid='pgtrigger_insert_insert_c94a1', table='patients_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_milestoneevent" ("actual_at", "actual_on", "by", "first_planned_on", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_on", "superseded", "version", "what") VALUES (NEW."actual_at", NEW."actual_on", NEW."by", NEW."first_planned_on", NEW."id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."planned_on", NEW."superseded", NEW."version", NEW."what"); RETURN NULL;', hash='872b432f2fa5efffc70378b2dece062c2dad7a64', operation='UPDATE', pgid='pgtrigger_update_update_2b92d', table='patients_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_milestoneevent" ("actual_at", "actual_on", "by", "first_planned_on", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_on", "superseded", "version", "what") VALUES (OLD."actual_at", OLD."actual_on", OLD."by", OLD."first_planned_on", OLD."id", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."planned_on", OLD."superseded", OLD."version", OLD."what"); RETURN NULL;', hash='2b9837b0d1929e2942fa2d4abbdde507392df30b', operation='DELETE', pgid='pgtrigger_delete_delete_925bd', table='patients_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lotevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0bbee31568d931b08720853078238d5d096fe46e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_56f01', table='patients_lotevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded', False)), fields=('pathway',), name='one_standing_lot'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('released_on__isnull', True), ('status', 'in_production')), models.Q(('released_on__isnull', False), ('status', 'failed')), models.Q(('expires_on__isnull', False), ('released_on__isnull', False), ('status__in', ['released', 'out_of_specification'])), _connector='OR'), name='a_made_product_has_its_dates'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fault', ''), ('status__in', ['in_production', 'released'])), models.Q(('status__in', ['out_of_specification', 'failed']), models.Q(('fault', ''), _negated=True)), _connector='OR'), name='a_fault_is_described'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('released_on__isnull', True), ('released_on__gte', models.F('shipped_on')), _connector='OR'), name='released_after_shipment'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('received_on__isnull', True), ('received_on__gte', models.F('shipped_on')), _connector='OR'), name='received_after_shipment'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acceptance_reason', ''), ('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('status', 'out_of_specification'), models.Q(('acceptance_reason', ''), _negated=True)), _connector='OR'), name='acceptance_has_who_and_why'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('receipt__isnull', True), ('received_on__isnull', True)), models.Q(('arrived_at__isnull', False), ('receipt__isnull', False), ('received_on__isnull', False)), _connector='OR'), name='received_is_compared'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='lots_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='f501a29ff33d2b74dc5755ee9090e88c6fb10e70', operation='DELETE', pgid='pgtrigger_lots_are_kept_98b0c', table='patients_lot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='lots_are_received_by_two', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.received_on IS NULL THEN RETURN NEW; END IF;\n    IF NOT (NEW.status = 'released' OR (NEW.status = 'out_of_specification' AND NEW.accepted_at IS NOT NULL)) THEN\n        RAISE EXCEPTION 'a product that is not released is not received' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NOT EXISTS (\n        SELECT 1 FROM patients_identitycheck two JOIN patients_identitycheck one ON one.id = two.first_id\n        WHERE two.id = NEW.receipt_id AND two.subject = NEW.id AND two.pathway_id = NEW.pathway_id\n          AND two.point = 'receipt' AND cardinality(two.mismatched) = 0 AND two.by_id <> one.by_id\n          AND two.typed->>'expiry' = to_char(NEW.expires_on, 'YYYYMMDD')\n    ) THEN\n        RAISE EXCEPTION 'two different people compare a product at its receipt' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='4dd51598facf2e6646e48712e3d4a576ea81c58b', operation='INSERT OR UPDATE', pgid='pgtrigger_lots_are_received_by_two_0cfb3', table='patients_lot', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_lotevent" ("acceptance_reason", "accepted_at", "accepted_by_id", "arrived_at", "carrier", "collection_id", "expected_release_on", "expires_on", "fault", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receipt_id", "received_on", "released_on", "shipped_on", "status", "superseded", "version") VALUES (NEW."acceptance_reason", NEW."accepted_at", NEW."accepted_by_id", NEW."arrived_at", NEW."carrier", NEW."collection_id", NEW."expected_release_on", NEW."expires_on", NEW."fault", NEW."id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."receipt_id", NEW."received_on", NEW."released_on", NEW."shipped_on", NEW."status", NEW."superseded", NEW."version"); RETURN NULL;', hash='ad1eb844278b6041cbd521551d198d25057462c0', operation='INSERT', pgid='pgtrigger_insert_insert_57c50', table='patients_lot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_lotevent" ("acceptance_reason", "accepted_at", "accepted_by_id", "arrived_at", "carrier", "collection_id", "expected_release_on", "expires_on", "fault", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receipt_id", "received_on", "released_on", "shipped_on", "status", "superseded", "version") VALUES (NEW."acceptance_reason", NEW."accepted_at", NEW."accepted_by_id", NEW."arrived_at", NEW."carrier", NEW."collection_id", NEW."expected_release_on", NEW."expires_on", NEW."fault", NEW."id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."receipt_id", NEW."received_on", NEW."released_on", NEW."shipped_on", NEW."status", NEW."superseded", NEW."version"); RETURN NULL;', hash='2d82f9dd4d7423fb17d1ece07bbe23722178e5a2', operation='UPDATE', pgid='pgtrigger_update_update_58ffc', table='patients_lot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_lotevent" ("acceptance_reason", "accepted_at", "accepted_by_id", "arrived_at", "carrier", "collection_id", "expected_release_on", "expires_on", "fault", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "receipt_id", "received_on", "released_on", "shipped_on", "status", "superseded", "version") VALUES (OLD."acceptance_reason", OLD."accepted_at", OLD."accepted_by_id", OLD."arrived_at", OLD."carrier", OLD."collection_id", OLD."expected_release_on", OLD."expires_on", OLD."fault", OLD."id", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."receipt_id", OLD."received_on", OLD."released_on", OLD."shipped_on", OLD."status", OLD."superseded", OLD."version"); RETURN NULL;', hash='7c0e9395d62de883e6514700552615e8d58f0fa9', operation='DELETE', pgid='pgtrigger_delete_delete_fd850', table='patients_lot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='collectionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f22a203b0cce7b0764040c5e8deac14b53641618', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1472f', table='patients_collectionevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='collection',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded', False)), fields=('pathway',), name='one_standing_collection'),
        ),
        migrations.AddConstraint(
            model_name='collection',
            constraint=models.CheckConstraint(condition=models.Q(('cd3_total_10e9__isnull', True), ('cd3_total_10e9__gte', 0), _connector='OR'), name='cells_are_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='collection',
            constraint=models.CheckConstraint(condition=models.Q(('complications_note', ''), ('complications', True), _connector='OR'), name='a_note_belongs_to_a_complication'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='collection',
            trigger=pgtrigger.compiler.Trigger(name='collections_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='34b9a3d0370a0e2cbaee3f9e10f44d5095f98610', operation='DELETE', pgid='pgtrigger_collections_are_kept_4dfde', table='patients_collection', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='collection',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_collectionevent" ("booking_id", "cd3_total_10e9", "collected_on", "complications", "complications_note", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "superseded", "version") VALUES (NEW."booking_id", NEW."cd3_total_10e9", NEW."collected_on", NEW."complications", NEW."complications_note", NEW."id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."superseded", NEW."version"); RETURN NULL;', hash='3404c1a290130173b6840ddb36f49b488ff10039', operation='INSERT', pgid='pgtrigger_insert_insert_1df9f', table='patients_collection', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='collection',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_collectionevent" ("booking_id", "cd3_total_10e9", "collected_on", "complications", "complications_note", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "superseded", "version") VALUES (NEW."booking_id", NEW."cd3_total_10e9", NEW."collected_on", NEW."complications", NEW."complications_note", NEW."id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."superseded", NEW."version"); RETURN NULL;', hash='f726dce055daec33c7eba60417744fb9978be5a6', operation='UPDATE', pgid='pgtrigger_update_update_a7a05', table='patients_collection', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='collection',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_collectionevent" ("booking_id", "cd3_total_10e9", "collected_on", "complications", "complications_note", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "superseded", "version") VALUES (OLD."booking_id", OLD."cd3_total_10e9", OLD."collected_on", OLD."complications", OLD."complications_note", OLD."id", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."superseded", OLD."version"); RETURN NULL;', hash='1e30babfe577475c95974f98fb904214b4ca0b88', operation='DELETE', pgid='pgtrigger_delete_delete_f67ed', table='patients_collection', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bridgingcourseevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e4b4c3a129ab032da776f0ea4a80274e795246d3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1aa53', table='patients_bridgingcourseevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='bridgingcourse',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('given', True), ('modality__isnull', False), ('started_on__isnull', False)), models.Q(('centre__isnull', True), ('ended_on__isnull', True), ('given', False), ('modality__isnull', True), ('setting__isnull', True), ('started_on__isnull', True)), _connector='OR'), name='a_course_has_modality_and_start'),
        ),
        migrations.AddConstraint(
            model_name='bridgingcourse',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), ('ended_on__gte', models.F('started_on')), _connector='OR'), name='bridging_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='bridgingcourse',
            constraint=models.UniqueConstraint(condition=models.Q(('given', False)), fields=('pathway',), name='none_is_said_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bridgingcourse',
            trigger=pgtrigger.compiler.Trigger(name='bridging_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c8e77dd8cd6ca78f54bf58a7b8c5845d8963af06', operation='DELETE', pgid='pgtrigger_bridging_is_kept_b2842', table='patients_bridgingcourse', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bridgingcourse',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_bridgingcourseevent" ("centre_id", "ended_on", "given", "id", "modality", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "setting", "started_on", "version") VALUES (NEW."centre_id", NEW."ended_on", NEW."given", NEW."id", NEW."modality", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."setting", NEW."started_on", NEW."version"); RETURN NULL;', hash='1518b34aa881bc7a85af327ac7f4d71e33f1c5b3', operation='INSERT', pgid='pgtrigger_insert_insert_d17e7', table='patients_bridgingcourse', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bridgingcourse',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_bridgingcourseevent" ("centre_id", "ended_on", "given", "id", "modality", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "setting", "started_on", "version") VALUES (NEW."centre_id", NEW."ended_on", NEW."given", NEW."id", NEW."modality", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."setting", NEW."started_on", NEW."version"); RETURN NULL;', hash='24466d43019db19cbd9d05047e19a3d374538eab', operation='UPDATE', pgid='pgtrigger_update_update_2aea7', table='patients_bridgingcourse', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bridgingcourse',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_bridgingcourseevent" ("centre_id", "ended_on", "given", "id", "modality", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "setting", "started_on", "version") VALUES (OLD."centre_id", OLD."ended_on", OLD."given", OLD."id", OLD."modality", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."setting", OLD."started_on", OLD."version"); RETURN NULL;', hash='a86c404f491b5f650cadfa552c7b296bba319857', operation='DELETE', pgid='pgtrigger_delete_delete_9120d', table='patients_bridgingcourse', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityincidentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0706d975a5249f65289c4601471a66243fc73570', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0292b', table='patients_identityincidentevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='identityincident',
            constraint=models.UniqueConstraint(condition=models.Q(('resolved_at__isnull', True)), fields=('pathway_id',), name='one_open_identity_incident'),
        ),
        migrations.AddConstraint(
            model_name='identityincident',
            constraint=models.CheckConstraint(condition=models.Q(('resolved_at__isnull', True), ('resolved_at__gte', models.F('at')), _connector='OR'), name='resolved_after_it_happened'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityincident',
            trigger=pgtrigger.compiler.Trigger(name='incidents_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='044cd68d9f31ac001a5faaa97cee3e4ce47bfeb0', operation='DELETE', pgid='pgtrigger_incidents_are_kept_0e16b', table='patients_identityincident', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityincident',
            trigger=pgtrigger.compiler.Trigger(name='two_people_resolve', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."resolved_at" IS NOT NULL)', func="\n                    IF (SELECT count(DISTINCT by_id) FROM patients_identityresolution WHERE incident_id = NEW.id) < 2\n                    THEN\n                        RAISE EXCEPTION 'two people resolve an identity incident' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='97124ef5520e682f4e8930e19d1e57ae2577dd13', operation='INSERT OR UPDATE', pgid='pgtrigger_two_people_resolve_2d023', table='patients_identityincident', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityincident',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_identityincidentevent" ("at", "check_row_id", "id", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolved_at", "version") VALUES (NEW."at", NEW."check_row_id", NEW."id", NEW."pathway_id", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."resolved_at", NEW."version"); RETURN NULL;', hash='d01f90ade47727f90fa70f950963e00d1eaafb33', operation='INSERT', pgid='pgtrigger_insert_insert_18ed1', table='patients_identityincident', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityincident',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_identityincidentevent" ("at", "check_row_id", "id", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolved_at", "version") VALUES (NEW."at", NEW."check_row_id", NEW."id", NEW."pathway_id", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."resolved_at", NEW."version"); RETURN NULL;', hash='ca16a8126a43f3e812590b723f7ad04c3186b659', operation='UPDATE', pgid='pgtrigger_update_update_0725f', table='patients_identityincident', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identityincident',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_identityincidentevent" ("at", "check_row_id", "id", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resolved_at", "version") VALUES (OLD."at", OLD."check_row_id", OLD."id", OLD."pathway_id", OLD."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."resolved_at", OLD."version"); RETURN NULL;', hash='69d25f2e1a69b8effa109e697c91dc6cf23f0125', operation='DELETE', pgid='pgtrigger_delete_delete_dc724', table='patients_identityincident', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identitycheckevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='87e215c4eafeac4b966f772b1f70ddcf8d6d9cdf', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_93698', table='patients_identitycheckevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='identitycheck',
            constraint=models.CheckConstraint(condition=models.Q(('holds_until__gt', models.F('at'))), name='check_holds_for_a_while'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identitycheck',
            trigger=pgtrigger.compiler.Trigger(name='checks_compare', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.first_id IS NOT NULL AND NOT EXISTS (\n        SELECT 1 FROM patients_identitycheck one\n        WHERE one.id = NEW.first_id AND one.by_id <> NEW.by_id AND one.first_id IS NULL\n          AND one.patient_id = NEW.patient_id AND one.pathway_id = NEW.pathway_id\n          AND one.subject = NEW.subject AND one.point = NEW.point\n          AND cardinality(one.mismatched) = 0 AND NEW.at >= one.at AND NEW.at <= one.holds_until\n    ) THEN\n        RAISE EXCEPTION 'the second identity check does not follow a valid first one' USING ERRCODE = 'check_violation';\n    END IF;\n    IF EXISTS (\n        SELECT 1 FROM patients_identityincident WHERE pathway_id = NEW.pathway_id AND resolved_at IS NULL\n    ) THEN\n        RAISE EXCEPTION 'an identity incident is open' USING ERRCODE = 'check_violation';\n    END IF;\n    IF cardinality(NEW.mismatched) = 0 AND NOT (\n        EXISTS (\n            SELECT 1 FROM patients_patient WHERE id = NEW.patient_id\n              AND NEW.typed->>'patient' IN (upper(replace(number, '-', '')), upper(fiscal_code)))\n        AND EXISTS (\n            SELECT 1 FROM patients_identifier WHERE pathway_id = NEW.pathway_id AND patient_id = NEW.patient_id\n              AND NOT superseded AND kind IN ('lot', 'coi') AND normalised = NEW.typed->>'product')\n        AND EXISTS (\n            SELECT 1 FROM patients_identifier WHERE pathway_id = NEW.pathway_id AND patient_id = NEW.patient_id\n              AND NOT superseded AND kind IN ('collection', 'din', 'sec') AND normalised = NEW.typed->>'collection')\n    ) THEN\n        RAISE EXCEPTION 'the identity check says that it matches and does not' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='06840a71e3abd32210bbb2b7bc6d697511dc0f1c', operation='INSERT', pgid='pgtrigger_checks_compare_82c32', table='patients_identitycheck', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identitycheck',
            trigger=pgtrigger.compiler.Trigger(name='checks_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a6f98b7dd197e6a1039f446588b70172fdbd4c44', operation='UPDATE OR DELETE', pgid='pgtrigger_checks_are_kept_3b51d', table='patients_identitycheck', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identitycheck',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_identitycheckevent" ("at", "by_id", "first_id", "holds_until", "id", "mismatched", "own_log_in", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "subject", "typed") VALUES (NEW."at", NEW."by_id", NEW."first_id", NEW."holds_until", NEW."id", NEW."mismatched", NEW."own_log_in", NEW."pathway_id", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."point", NEW."subject", NEW."typed"); RETURN NULL;', hash='8e4420aeb3d0106adc10db336c1a2e7e438e58d5', operation='INSERT', pgid='pgtrigger_insert_insert_4f050', table='patients_identitycheck', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identitycheck',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_identitycheckevent" ("at", "by_id", "first_id", "holds_until", "id", "mismatched", "own_log_in", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "subject", "typed") VALUES (NEW."at", NEW."by_id", NEW."first_id", NEW."holds_until", NEW."id", NEW."mismatched", NEW."own_log_in", NEW."pathway_id", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."point", NEW."subject", NEW."typed"); RETURN NULL;', hash='a5e33b672f635382ebb0ead23caf2fe02896c0c9', operation='UPDATE', pgid='pgtrigger_update_update_adbc2', table='patients_identitycheck', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identitycheck',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_identitycheckevent" ("at", "by_id", "first_id", "holds_until", "id", "mismatched", "own_log_in", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "point", "subject", "typed") VALUES (OLD."at", OLD."by_id", OLD."first_id", OLD."holds_until", OLD."id", OLD."mismatched", OLD."own_log_in", OLD."pathway_id", OLD."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."point", OLD."subject", OLD."typed"); RETURN NULL;', hash='339cc888afe19061a5f145d2eb6b1ece59fc8dae', operation='DELETE', pgid='pgtrigger_delete_delete_37fca', table='patients_identitycheck', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identifierevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='397077d498e98fe56483c162c1617ee7db122baf', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_61158', table='patients_identifierevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='identifier',
            constraint=models.UniqueConstraint(fields=('kind', 'issuer', 'normalised'), name='identifier_names_one_course'),
        ),
        migrations.AddConstraint(
            model_name='identifier',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded', False)), fields=('pathway_id', 'kind'), name='one_standing_identifier'),
        ),
        migrations.AddConstraint(
            model_name='identifier',
            constraint=models.CheckConstraint(condition=models.Q(('normalised', ''), _negated=True), name='identifier_is_not_empty'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identifier',
            trigger=pgtrigger.compiler.Trigger(name='identifiers_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='41ef1fc420f4452c0ba4fd2d2a56dbaba5861765', operation='DELETE', pgid='pgtrigger_identifiers_are_kept_44781', table='patients_identifier', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identifier',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_identifierevent" ("id", "issuer", "kind", "normalised", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "superseded", "value") VALUES (NEW."id", NEW."issuer", NEW."kind", NEW."normalised", NEW."pathway_id", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."recorded_at", NEW."superseded", NEW."value"); RETURN NULL;', hash='654a3684a5b3ad1fda3c08d66fd5b53ae70a1639', operation='INSERT', pgid='pgtrigger_insert_insert_1ae72', table='patients_identifier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identifier',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_identifierevent" ("id", "issuer", "kind", "normalised", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "superseded", "value") VALUES (NEW."id", NEW."issuer", NEW."kind", NEW."normalised", NEW."pathway_id", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."recorded_at", NEW."superseded", NEW."value"); RETURN NULL;', hash='8d5285de2a7d9004af3a16d524b1be7153b6f6c2', operation='UPDATE', pgid='pgtrigger_update_update_41937', table='patients_identifier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identifier',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_identifierevent" ("id", "issuer", "kind", "normalised", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "superseded", "value") VALUES (OLD."id", OLD."issuer", OLD."kind", OLD."normalised", OLD."pathway_id", OLD."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."recorded_at", OLD."superseded", OLD."value"); RETURN NULL;', hash='1531d4cc75363e442c654b884399b20d8b66033f', operation='DELETE', pgid='pgtrigger_delete_delete_f4674', table='patients_identifier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='diagnosisevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cd2a9e7bf5ebd65d60bbd5062d5ed252ccfa041b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cb308', table='patients_diagnosisevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='diagnosis',
            constraint=models.UniqueConstraint(fields=('patient', 'disease'), name='one_diagnosis_per_disease'),
        ),
        migrations.AddConstraint(
            model_name='diagnosis',
            constraint=models.CheckConstraint(condition=models.Q(('lines__isnull', True), models.Q(('lines__gte', 0), ('lines__lte', 4)), _connector='OR'), name='lines_told_in_range'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='diagnosis',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_diagnosisevent" ("disease", "id", "lines", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "told_on", "version") VALUES (NEW."disease", NEW."id", NEW."lines", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."status", NEW."told_on", NEW."version"); RETURN NULL;', hash='bb1b06e78e401dfd401fa6d651b98d8cd9f11251', operation='INSERT', pgid='pgtrigger_insert_insert_2dbbd', table='patients_diagnosis', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='diagnosis',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_diagnosisevent" ("disease", "id", "lines", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "told_on", "version") VALUES (NEW."disease", NEW."id", NEW."lines", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."status", NEW."told_on", NEW."version"); RETURN NULL;', hash='cbb76eacd44122b31ae9eeebc874af9e83c08420', operation='UPDATE', pgid='pgtrigger_update_update_33401', table='patients_diagnosis', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='diagnosis',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_diagnosisevent" ("disease", "id", "lines", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "told_on", "version") VALUES (OLD."disease", OLD."id", OLD."lines", OLD."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."status", OLD."told_on", OLD."version"); RETURN NULL;', hash='61a9ab66932c412882d1d1a2f093a568c43fb6ff', operation='DELETE', pgid='pgtrigger_delete_delete_c9855', table='patients_diagnosis', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['patient', '-at'], name='change_by_patient'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='patientevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d56fc44e91ee8df71d41dd0265710731967b921c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ade9e', table='patients_patientevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pathwayevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c44e1002581acd4efde021a0ea811401a6c3e9c0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_467e5', table='patients_pathwayevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='pathway',
            index=models.Index(fields=['hub', 'status'], name='pathway_by_hub'),
        ),
        migrations.AddIndex(
            model_name='pathway',
            index=models.Index(fields=['referring_centre', 'status'], name='pathway_by_referrer'),
        ),
        migrations.AddConstraint(
            model_name='pathway',
            constraint=models.UniqueConstraint(fields=('patient', 'course'), name='one_row_per_course'),
        ),
        migrations.AddConstraint(
            model_name='pathway',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('status', 'closed'), _negated=True), ('imported', False)), fields=('patient',), name='one_open_pathway'),
        ),
        migrations.AddConstraint(
            model_name='pathway',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_on__isnull', False), ('exit_reason__isnull', False), ('status', 'closed')), models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_on__isnull', True), ('exit_reason__isnull', True)), models.Q(('exit_reason', 'imported'), ('imported', True), ('status', 'closed')), _connector='OR'), name='closed_has_day_and_reason'),
        ),
        migrations.AddConstraint(
            model_name='pathway',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_since__isnull', False), ('status', 'on_hold')), models.Q(models.Q(('status', 'on_hold'), _negated=True), ('held_since__isnull', True)), _connector='OR'), name='hold_has_its_day'),
        ),
        migrations.AddConstraint(
            model_name='pathway',
            constraint=models.CheckConstraint(condition=models.Q(('imported', False), models.Q(('day_0__isnull', True), ('status', 'closed')), _connector='OR'), name='imported_is_closed_and_undated'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pathway',
            trigger=pgtrigger.compiler.Trigger(name='pathways_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='78f688f5efd7e2e35a48ae38cf6e4b3fc1a2a59e', operation='DELETE', pgid='pgtrigger_pathways_are_kept_a26f5', table='patients_pathway', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pathway',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_pathwayevent" ("closed_on", "course", "created_at", "day_0", "disease", "exit_note", "exit_reason", "held_since", "hold_reason", "hub_id", "id", "imported", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "referrer_id", "referring_centre_id", "status", "version") VALUES (NEW."closed_on", NEW."course", NEW."created_at", NEW."day_0", NEW."disease", NEW."exit_note", NEW."exit_reason", NEW."held_since", NEW."hold_reason", NEW."hub_id", NEW."id", NEW."imported", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."product_id", NEW."referrer_id", NEW."referring_centre_id", NEW."status", NEW."version"); RETURN NULL;', hash='a70fa33cf83be3c62851d6181a59334a378abbdb', operation='INSERT', pgid='pgtrigger_insert_insert_e8ebb', table='patients_pathway', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pathway',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_pathwayevent" ("closed_on", "course", "created_at", "day_0", "disease", "exit_note", "exit_reason", "held_since", "hold_reason", "hub_id", "id", "imported", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "referrer_id", "referring_centre_id", "status", "version") VALUES (NEW."closed_on", NEW."course", NEW."created_at", NEW."day_0", NEW."disease", NEW."exit_note", NEW."exit_reason", NEW."held_since", NEW."hold_reason", NEW."hub_id", NEW."id", NEW."imported", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."product_id", NEW."referrer_id", NEW."referring_centre_id", NEW."status", NEW."version"); RETURN NULL;', hash='3851a4dcca598819a8ab89e8b3af88889b5f0a14', operation='UPDATE', pgid='pgtrigger_update_update_8a506', table='patients_pathway', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pathway',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_pathwayevent" ("closed_on", "course", "created_at", "day_0", "disease", "exit_note", "exit_reason", "held_since", "hold_reason", "hub_id", "id", "imported", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "referrer_id", "referring_centre_id", "status", "version") VALUES (OLD."closed_on", OLD."course", OLD."created_at", OLD."day_0", OLD."disease", OLD."exit_note", OLD."exit_reason", OLD."held_since", OLD."hold_reason", OLD."hub_id", OLD."id", OLD."imported", OLD."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."product_id", OLD."referrer_id", OLD."referring_centre_id", OLD."status", OLD."version"); RETURN NULL;', hash='5b4c3d92eed2ee1367c758e4d1f114b82abc3e79', operation='DELETE', pgid='pgtrigger_delete_delete_6775b', table='patients_pathway', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='orderevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1d45f17b2d5eaa071853da7bc23a63218e56e16e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b92c4', table='patients_orderevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded', False)), fields=('pathway',), name='one_standing_order'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('apheresis_on__isnull', True), ('infusion_on__isnull', True), ('release_on__isnull', True), ('shipment_on__isnull', True), ('slot_confirmed_on__isnull', True)), models.Q(('apheresis_on__isnull', False), ('release_on__isnull', False), ('shipment_on__isnull', False), ('slot_confirmed_on__isnull', False)), _connector='OR'), name='slot_has_its_days'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('slot_confirmed_on__isnull', True), models.Q(('release_on__gte', models.F('shipment_on')), ('shipment_on__gte', models.F('apheresis_on')), ('slot_confirmed_on__gte', models.F('ordered_on'))), _connector='OR'), name='slot_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('infusion_on__isnull', True), ('infusion_on__gte', models.F('release_on')), _connector='OR'), name='infusion_planned_after_release'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_orderevent" ("apheresis_on", "id", "infusion_on", "order_number", "ordered_on", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portal_number", "product_id", "release_on", "shipment_on", "slot_confirmed_on", "superseded", "version") VALUES (NEW."apheresis_on", NEW."id", NEW."infusion_on", NEW."order_number", NEW."ordered_on", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."portal_number", NEW."product_id", NEW."release_on", NEW."shipment_on", NEW."slot_confirmed_on", NEW."superseded", NEW."version"); RETURN NULL;', hash='9fb14946019e7dbfff74aabb3e12673d52669e90', operation='INSERT', pgid='pgtrigger_insert_insert_95496', table='patients_order', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_orderevent" ("apheresis_on", "id", "infusion_on", "order_number", "ordered_on", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portal_number", "product_id", "release_on", "shipment_on", "slot_confirmed_on", "superseded", "version") VALUES (NEW."apheresis_on", NEW."id", NEW."infusion_on", NEW."order_number", NEW."ordered_on", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."portal_number", NEW."product_id", NEW."release_on", NEW."shipment_on", NEW."slot_confirmed_on", NEW."superseded", NEW."version"); RETURN NULL;', hash='3d9d738e3632569285605fb16cfdd1af9101dc7c', operation='UPDATE', pgid='pgtrigger_update_update_8c979', table='patients_order', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='order',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_orderevent" ("apheresis_on", "id", "infusion_on", "order_number", "ordered_on", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portal_number", "product_id", "release_on", "shipment_on", "slot_confirmed_on", "superseded", "version") VALUES (OLD."apheresis_on", OLD."id", OLD."infusion_on", OLD."order_number", OLD."ordered_on", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."portal_number", OLD."product_id", OLD."release_on", OLD."shipment_on", OLD."slot_confirmed_on", OLD."superseded", OLD."version"); RETURN NULL;', hash='7038c02ec53eb15577e37b8ad42f94ffaccfacdb', operation='DELETE', pgid='pgtrigger_delete_delete_38545', table='patients_order', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decisionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d396dbd8009ac337873ed2dd4632f6ae1fb09d7f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_31e3a', table='patients_decisionevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('deciders', ''), _negated=True)), name='decision_has_reason_and_deciders'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'eligible'), ('product__isnull', False)), models.Q(models.Q(('kind', 'eligible'), _negated=True), ('product__isnull', True)), _connector='OR'), name='eligible_for_a_product'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'deferred'), ('reassess_on__isnull', False)), models.Q(models.Q(('kind', 'deferred'), _negated=True), ('reassess_on__isnull', True)), _connector='OR'), name='deferral_has_a_day'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'not_eligible'), _negated=True), models.Q(('grounds__contained_by', ['age', 'comorbidity']), _negated=True), _connector='OR'), name='refusal_not_by_age_alone'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_decisionevent" ("at", "board_on", "by_id", "deciders", "grounds", "id", "instead", "kind", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "reason", "reassess_on") VALUES (NEW."at", NEW."board_on", NEW."by_id", NEW."deciders", NEW."grounds", NEW."id", NEW."instead", NEW."kind", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."product_id", NEW."reason", NEW."reassess_on"); RETURN NULL;', hash='ac1483cdf506beb00c78a0ae36cf3e3cf90dedfa', operation='INSERT', pgid='pgtrigger_insert_insert_9249b', table='patients_decision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_decisionevent" ("at", "board_on", "by_id", "deciders", "grounds", "id", "instead", "kind", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "reason", "reassess_on") VALUES (NEW."at", NEW."board_on", NEW."by_id", NEW."deciders", NEW."grounds", NEW."id", NEW."instead", NEW."kind", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."product_id", NEW."reason", NEW."reassess_on"); RETURN NULL;', hash='81e0bf96be65c540db210411f8431e0a274db736', operation='UPDATE', pgid='pgtrigger_update_update_69df6', table='patients_decision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_decisionevent" ("at", "board_on", "by_id", "deciders", "grounds", "id", "instead", "kind", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "reason", "reassess_on") VALUES (OLD."at", OLD."board_on", OLD."by_id", OLD."deciders", OLD."grounds", OLD."id", OLD."instead", OLD."kind", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."product_id", OLD."reason", OLD."reassess_on"); RETURN NULL;', hash='af36ea2c77c4fd2ba250649f52e4fa645be590b3', operation='DELETE', pgid='pgtrigger_delete_delete_86cfc', table='patients_decision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='productevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bd8b63982d3b432713258420705517a1950e04f1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f8cf2', table='patients_productevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(fields=('centre', 'code'), name='one_promise', nulls_distinct=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='promise',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_promiseevent" ("centre_id", "code", "days", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "working_days") VALUES (NEW."centre_id", NEW."code", NEW."days", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."source", NEW."working_days"); RETURN NULL;', hash='0d35c9167fd15d02ced8bb91269b56daefde7458', operation='INSERT', pgid='pgtrigger_insert_insert_fc4f7', table='patients_promise', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='promise',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_promiseevent" ("centre_id", "code", "days", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "working_days") VALUES (NEW."centre_id", NEW."code", NEW."days", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."source", NEW."working_days"); RETURN NULL;', hash='d5227377025730a95c334108ae04586909496d6f', operation='UPDATE', pgid='pgtrigger_update_update_db051', table='patients_promise', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='promise',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_promiseevent" ("centre_id", "code", "days", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "working_days") VALUES (OLD."centre_id", OLD."code", OLD."days", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."source", OLD."working_days"); RETURN NULL;', hash='b0f3b912a944ba2fd480824c76d5560c4b67c025', operation='DELETE', pgid='pgtrigger_delete_delete_48a4b', table='patients_promise', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='promiseevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b3f01a18035649688c9235a326f2d31a5d8a0618', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_070d1', table='patients_promiseevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='readiness',
            constraint=models.CheckConstraint(condition=models.Q(('weight_kg__gte', 2), ('weight_kg__lte', 400)), name='plausible_weight'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='readiness',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_readinessevent" ("at", "by", "id", "pathway_id", "patient_informed", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tocilizumab_alternative", "tocilizumab_doses_on_site", "weight_kg") VALUES (NEW."at", NEW."by", NEW."id", NEW."pathway_id", NEW."patient_informed", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."tocilizumab_alternative", NEW."tocilizumab_doses_on_site", NEW."weight_kg"); RETURN NULL;', hash='ef86661b67f66606d87b506bff15e7611fe5611d', operation='INSERT', pgid='pgtrigger_insert_insert_947dc', table='patients_readiness', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='readiness',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_readinessevent" ("at", "by", "id", "pathway_id", "patient_informed", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tocilizumab_alternative", "tocilizumab_doses_on_site", "weight_kg") VALUES (NEW."at", NEW."by", NEW."id", NEW."pathway_id", NEW."patient_informed", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."tocilizumab_alternative", NEW."tocilizumab_doses_on_site", NEW."weight_kg"); RETURN NULL;', hash='ffe002b12fd39765f2b33c535ee63e95417c9aab', operation='UPDATE', pgid='pgtrigger_update_update_765d9', table='patients_readiness', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='readiness',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_readinessevent" ("at", "by", "id", "pathway_id", "patient_informed", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tocilizumab_alternative", "tocilizumab_doses_on_site", "weight_kg") VALUES (OLD."at", OLD."by", OLD."id", OLD."pathway_id", OLD."patient_informed", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."tocilizumab_alternative", OLD."tocilizumab_doses_on_site", OLD."weight_kg"); RETURN NULL;', hash='eecf20badfc0dcf5fd32e7c7aefee9419b8ef1d5', operation='DELETE', pgid='pgtrigger_delete_delete_386f4', table='patients_readiness', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='infusionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2e0a077ec90b5ec2ed33e80af1c609ab44884a5a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2a671', table='patients_infusionevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='infusion',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='infusion_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='infusion',
            constraint=models.CheckConstraint(condition=models.Q(('bags__isnull', True), ('bags__gte', 1), _connector='OR'), name='at_least_one_bag'),
        ),
        migrations.AddConstraint(
            model_name='infusion',
            constraint=models.CheckConstraint(condition=models.Q(('dose_10e6__isnull', True), ('dose_10e6__gt', 0), _connector='OR'), name='a_dose_is_more_than_nothing'),
        ),
        migrations.AddConstraint(
            model_name='infusion',
            constraint=models.CheckConstraint(condition=models.Q(('reaction_note', ''), ('reaction', True), _connector='OR'), name='a_note_belongs_to_a_reaction'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='infusion',
            trigger=pgtrigger.compiler.Trigger(name='infusions_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='e0f8463019b6521d5acdf3407e70dd1865fcabdf', operation='DELETE', pgid='pgtrigger_infusions_are_kept_753ce', table='patients_infusion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='infusion',
            trigger=pgtrigger.compiler.Trigger(name='infusion_has_product_people_and_go', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' AND (NEW.pathway_id, NEW.lot_id, NEW.identity_id, NEW.readiness_id)\n       IS DISTINCT FROM (OLD.pathway_id, OLD.lot_id, OLD.identity_id, OLD.readiness_id) THEN\n        RAISE EXCEPTION 'an infusion keeps its patient, product and checks' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NOT EXISTS (\n        SELECT 1 FROM patients_lot lot\n        JOIN patients_pathway pathway ON pathway.id = lot.pathway_id\n        JOIN patients_centre hub ON hub.id = pathway.hub_id\n        WHERE lot.id = NEW.lot_id AND lot.pathway_id = NEW.pathway_id AND NOT lot.superseded\n          AND (lot.status = 'released' OR (lot.status = 'out_of_specification' AND lot.accepted_at IS NOT NULL))\n          AND lot.received_on <= (NEW.started_at AT TIME ZONE hub.timezone)::date\n          AND lot.expires_on >= (NEW.started_at AT TIME ZONE hub.timezone)::date\n    ) THEN\n        RAISE EXCEPTION 'the product is not available at the hub' USING ERRCODE = 'check_violation';\n    END IF;\n    IF TG_OP = 'UPDATE' THEN RETURN NEW; END IF;\n    IF NOT EXISTS (\n        SELECT 1 FROM patients_identitycheck two JOIN patients_identitycheck one ON one.id = two.first_id\n        WHERE two.id = NEW.identity_id AND two.pathway_id = NEW.pathway_id AND two.subject = NEW.lot_id\n          AND two.point = 'infusion' AND cardinality(two.mismatched) = 0 AND two.by_id <> one.by_id\n          AND NEW.started_at > two.at - interval '1 minute' AND NEW.started_at <= one.holds_until\n          AND NOT EXISTS (\n              SELECT 1 FROM patients_identityincident incident\n              WHERE incident.pathway_id = NEW.pathway_id\n                AND (incident.resolved_at IS NULL OR incident.at >= one.at))\n    ) THEN\n        RAISE EXCEPTION 'two different people compare identity before an infusion' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NOT EXISTS (\n        SELECT 1 FROM patients_readiness ready WHERE ready.id = NEW.readiness_id AND ready.pathway_id = NEW.pathway_id\n          AND (ready.tocilizumab_doses_on_site >= 1 OR ready.tocilizumab_alternative <> '')\n          AND ready.patient_informed\n    ) THEN\n        RAISE EXCEPTION 'no go for this infusion' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='ee646469492f3276a5c31dfa848b395385cde675', operation='INSERT OR UPDATE', pgid='pgtrigger_infusion_has_product_people_and_go_0d5f0', table='patients_infusion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='infusion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_infusionevent" ("bags", "dose_10e6", "ended_at", "id", "identity_id", "lot_id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reaction", "reaction_note", "readiness_id", "started_at", "version") VALUES (NEW."bags", NEW."dose_10e6", NEW."ended_at", NEW."id", NEW."identity_id", NEW."lot_id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."reaction", NEW."reaction_note", NEW."readiness_id", NEW."started_at", NEW."version"); RETURN NULL;', hash='61fe9da3947f9830ec0a7936c700ff458ee9cb32', operation='INSERT', pgid='pgtrigger_insert_insert_08aaf', table='patients_infusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='infusion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_infusionevent" ("bags", "dose_10e6", "ended_at", "id", "identity_id", "lot_id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reaction", "reaction_note", "readiness_id", "started_at", "version") VALUES (NEW."bags", NEW."dose_10e6", NEW."ended_at", NEW."id", NEW."identity_id", NEW."lot_id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."reaction", NEW."reaction_note", NEW."readiness_id", NEW."started_at", NEW."version"); RETURN NULL;', hash='4882d7f4e8d165d065080e44e3c10b314df89d8d', operation='UPDATE', pgid='pgtrigger_update_update_6517c', table='patients_infusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='infusion',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_infusionevent" ("bags", "dose_10e6", "ended_at", "id", "identity_id", "lot_id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reaction", "reaction_note", "readiness_id", "started_at", "version") VALUES (OLD."bags", OLD."dose_10e6", OLD."ended_at", OLD."id", OLD."identity_id", OLD."lot_id", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."reaction", OLD."reaction_note", OLD."readiness_id", OLD."started_at", OLD."version"); RETURN NULL;', hash='be570c12b3a9d13c36cf768b1ad5c30d2fda2bc9', operation='DELETE', pgid='pgtrigger_delete_delete_9a480', table='patients_infusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='readinessevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c95a19a1766fbfb8d82f5ca87dc265f6609c5739', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_49984', table='patients_readinessevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', True), ('sent_by__isnull', True)), models.Q(('sent_at__isnull', False), ('sent_by__isnull', False)), _connector='OR'), name='referral_sent_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('lines__isnull', True), models.Q(('lines__gte', 1), ('lines__lte', 4)), _connector='OR'), name='referral_lines_in_range'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('needed_within_days__isnull', True), ('needed_within_days__in', (7, 14, 28)), _connector='OR'), name='referral_needed_within'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referral',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_referralevent" ("answered", "ecog", "form_key", "id", "lines", "needed_within_days", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referrer_phone", "sent_at", "sent_by_id", "status", "version") VALUES (NEW."answered", NEW."ecog", NEW."form_key", NEW."id", NEW."lines", NEW."needed_within_days", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."referrer_phone", NEW."sent_at", NEW."sent_by_id", NEW."status", NEW."version"); RETURN NULL;', hash='da4dec45e9f8797fb30cdf26de7a59228706cf35', operation='INSERT', pgid='pgtrigger_insert_insert_e72d4', table='patients_referral', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referral',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_referralevent" ("answered", "ecog", "form_key", "id", "lines", "needed_within_days", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referrer_phone", "sent_at", "sent_by_id", "status", "version") VALUES (NEW."answered", NEW."ecog", NEW."form_key", NEW."id", NEW."lines", NEW."needed_within_days", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."referrer_phone", NEW."sent_at", NEW."sent_by_id", NEW."status", NEW."version"); RETURN NULL;', hash='8879e0393a06544c7f9c70731a761fbb5a8d1a35', operation='UPDATE', pgid='pgtrigger_update_update_88865', table='patients_referral', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referral',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_referralevent" ("answered", "ecog", "form_key", "id", "lines", "needed_within_days", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referrer_phone", "sent_at", "sent_by_id", "status", "version") VALUES (OLD."answered", OLD."ecog", OLD."form_key", OLD."id", OLD."lines", OLD."needed_within_days", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."referrer_phone", OLD."sent_at", OLD."sent_by_id", OLD."status", OLD."version"); RETURN NULL;', hash='5b124c4dd2a7f310fa7805601c05881ad27011ca', operation='DELETE', pgid='pgtrigger_delete_delete_358d0', table='patients_referral', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='questionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b703fc60a1bb2aa6d58d90918499ce31b6812fc2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_72444', table='patients_questionevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='question_answered_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True)), fields=('referral', 'item'), name='one_open_question_per_item'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='question',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_questionevent" ("answer", "answered_at", "answered_by_id", "asked_at", "asked_by_id", "id", "item", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "text", "version") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."asked_by_id", NEW."id", NEW."item", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."referral_id", NEW."text", NEW."version"); RETURN NULL;', hash='a43542936db83ae53c2569fe92ad923080875562', operation='INSERT', pgid='pgtrigger_insert_insert_9220c', table='patients_question', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='question',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_questionevent" ("answer", "answered_at", "answered_by_id", "asked_at", "asked_by_id", "id", "item", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "text", "version") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."asked_by_id", NEW."id", NEW."item", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."referral_id", NEW."text", NEW."version"); RETURN NULL;', hash='48f2451ae382150e1c9f2a625b205468c3693478', operation='UPDATE', pgid='pgtrigger_update_update_20fcd', table='patients_question', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='question',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_questionevent" ("answer", "answered_at", "answered_by_id", "asked_at", "asked_by_id", "id", "item", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "referral_id", "text", "version") VALUES (OLD."answer", OLD."answered_at", OLD."answered_by_id", OLD."asked_at", OLD."asked_by_id", OLD."id", OLD."item", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."referral_id", OLD."text", OLD."version"); RETURN NULL;', hash='494b51947ba70aa3c22fb9920f7efccf65edf454', operation='DELETE', pgid='pgtrigger_delete_delete_daf61', table='patients_question', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hubanswerevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a0c493da14d3b92aab36618bc3f0b1d764d7c9bd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_41b09', table='patients_hubanswerevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='hubanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'advised_against'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), models.Q(('instead', ''), _negated=True), models.Q(('grounds', []), _negated=True)), _connector='OR'), name='advice_against_has_its_reason'),
        ),
        migrations.AddConstraint(
            model_name='hubanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'advised_against'), _negated=True), models.Q(('grounds__contained_by', ['age', 'comorbidity']), _negated=True), _connector='OR'), name='advice_not_by_age_alone'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hubanswer',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_hubanswerevent" ("ask_again", "at", "by_id", "grounds", "id", "instead", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "referral_id") VALUES (NEW."ask_again", NEW."at", NEW."by_id", NEW."grounds", NEW."id", NEW."instead", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."reason", NEW."referral_id"); RETURN NULL;', hash='23629c7b0b61e46ad158a95ff2fcf5e2b3f3dfe1', operation='INSERT', pgid='pgtrigger_insert_insert_67b50', table='patients_hubanswer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hubanswer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_hubanswerevent" ("ask_again", "at", "by_id", "grounds", "id", "instead", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "referral_id") VALUES (NEW."ask_again", NEW."at", NEW."by_id", NEW."grounds", NEW."id", NEW."instead", NEW."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."reason", NEW."referral_id"); RETURN NULL;', hash='20ffa142e46672ebd588064f4915bce8ef1640fc', operation='UPDATE', pgid='pgtrigger_update_update_e507d', table='patients_hubanswer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hubanswer',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_hubanswerevent" ("ask_again", "at", "by_id", "grounds", "id", "instead", "kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "referral_id") VALUES (OLD."ask_again", OLD."at", OLD."by_id", OLD."grounds", OLD."id", OLD."instead", OLD."kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."reason", OLD."referral_id"); RETURN NULL;', hash='ccf2b72348594c938b55706dca0a43bd5ad7667c', operation='DELETE', pgid='pgtrigger_delete_delete_4a9c0', table='patients_hubanswer', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='referralevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c85f3ab83766469ec53032ca046c23245c027acb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3b8e2', table='patients_referralevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='regimen',
            constraint=models.CheckConstraint(condition=models.Q(('best_days__lte', models.F('most_days')), ('least_days__lte', models.F('best_days'))), name='window_opens_before_it_closes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='regimen',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_regimenevent" ("anchor", "best_days", "code", "disease", "doses", "doses_verified", "least_days", "most_days", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "source", "window_verified") VALUES (NEW."anchor", NEW."best_days", NEW."code", NEW."disease", NEW."doses", NEW."doses_verified", NEW."least_days", NEW."most_days", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."code", NEW."product_id", NEW."source", NEW."window_verified"); RETURN NULL;', hash='e2273e2df1cb15cac0d7ea572fa9ca759a7ca276', operation='INSERT', pgid='pgtrigger_insert_insert_4fbea', table='patients_regimen', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='regimen',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_regimenevent" ("anchor", "best_days", "code", "disease", "doses", "doses_verified", "least_days", "most_days", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "source", "window_verified") VALUES (NEW."anchor", NEW."best_days", NEW."code", NEW."disease", NEW."doses", NEW."doses_verified", NEW."least_days", NEW."most_days", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."code", NEW."product_id", NEW."source", NEW."window_verified"); RETURN NULL;', hash='483f03c5a998949db768d2c8fc77033624789d3d', operation='UPDATE', pgid='pgtrigger_update_update_db2e4', table='patients_regimen', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='regimen',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_regimenevent" ("anchor", "best_days", "code", "disease", "doses", "doses_verified", "least_days", "most_days", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "source", "window_verified") VALUES (OLD."anchor", OLD."best_days", OLD."code", OLD."disease", OLD."doses", OLD."doses_verified", OLD."least_days", OLD."most_days", OLD."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."code", OLD."product_id", OLD."source", OLD."window_verified"); RETURN NULL;', hash='1252268d848ce39c9137590cd37b4962f7c14b14', operation='DELETE', pgid='pgtrigger_delete_delete_a491d', table='patients_regimen', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletionplanevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9eb869a78b3252cf4eea939f98999d4d531e152a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_64b54', table='patients_lymphodepletionplanevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='lymphodepletionplan',
            constraint=models.UniqueConstraint(condition=models.Q(('superseded', False)), fields=('pathway',), name='one_standing_plan'),
        ),
        migrations.AddConstraint(
            model_name='lymphodepletionplan',
            constraint=models.CheckConstraint(condition=models.Q(('infusion_on__gt', models.F('starts_on'))), name='infusion_is_planned_after_lymphodepletion'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletionplan',
            trigger=pgtrigger.compiler.Trigger(name='plans_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='921736663ecc5039802c7b0b3db69f9f6964f2fa', operation='DELETE', pgid='pgtrigger_plans_are_kept_cf624', table='patients_lymphodepletionplan', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletionplan',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_lymphodepletionplanevent" ("id", "infusion_on", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "regimen_id", "starts_on", "superseded", "version", "window_reason") VALUES (NEW."id", NEW."infusion_on", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."regimen_id", NEW."starts_on", NEW."superseded", NEW."version", NEW."window_reason"); RETURN NULL;', hash='ef4d023888a0291cd01d9046bffbc55401dd0c74', operation='INSERT', pgid='pgtrigger_insert_insert_2b02c', table='patients_lymphodepletionplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletionplan',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_lymphodepletionplanevent" ("id", "infusion_on", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "regimen_id", "starts_on", "superseded", "version", "window_reason") VALUES (NEW."id", NEW."infusion_on", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."regimen_id", NEW."starts_on", NEW."superseded", NEW."version", NEW."window_reason"); RETURN NULL;', hash='418cc4f218b2600922a471c511aff8830157fddb', operation='UPDATE', pgid='pgtrigger_update_update_b9ac4', table='patients_lymphodepletionplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lymphodepletionplan',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_lymphodepletionplanevent" ("id", "infusion_on", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "regimen_id", "starts_on", "superseded", "version", "window_reason") VALUES (OLD."id", OLD."infusion_on", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."regimen_id", OLD."starts_on", OLD."superseded", OLD."version", OLD."window_reason"); RETURN NULL;', hash='a65262ceac3bc6f3ca270ff13fafa7988dfb7aa0', operation='DELETE', pgid='pgtrigger_delete_delete_244eb', table='patients_lymphodepletionplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='regimenevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b64a9b6cb87bbcc25a2f5794e393aae3d6e371cf', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c5bdf', table='patients_regimenevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='replan',
            constraint=models.UniqueConstraint(fields=('patient', 'planner'), name='one_replan'),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.UniqueConstraint(fields=('centre', 'name'), name='one_name_per_resource'),
        ),
        migrations.AddConstraint(
            model_name='resource',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='resource_closes_after_it_opens'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resource',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_resourceevent" ("centre_id", "closes_at", "id", "in_use", "kind", "name", "opens_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."centre_id", NEW."closes_at", NEW."id", NEW."in_use", NEW."kind", NEW."name", NEW."opens_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."version"); RETURN NULL;', hash='7d9c38962fe2666146e8cf40c2e51f8e529dda4a', operation='INSERT', pgid='pgtrigger_insert_insert_b9f77', table='patients_resource', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resource',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_resourceevent" ("centre_id", "closes_at", "id", "in_use", "kind", "name", "opens_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (NEW."centre_id", NEW."closes_at", NEW."id", NEW."in_use", NEW."kind", NEW."name", NEW."opens_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."version"); RETURN NULL;', hash='59708bfaf06ec58de9dd2df2d213ef18a11ac63e', operation='UPDATE', pgid='pgtrigger_update_update_aef86', table='patients_resource', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resource',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_resourceevent" ("centre_id", "closes_at", "id", "in_use", "kind", "name", "opens_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version") VALUES (OLD."centre_id", OLD."closes_at", OLD."id", OLD."in_use", OLD."kind", OLD."name", OLD."opens_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."version"); RETURN NULL;', hash='4885063e7228fc99512f98ef5a349f2837169c71', operation='DELETE', pgid='pgtrigger_delete_delete_2bd56', table='patients_resource', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bookingevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='48daae9558f97bbf2e77928f4d94fee0f11c0e02', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c85ab', table='patients_bookingevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(condition=models.Q(('cancelled_at__isnull', True)), fields=['pathway'], name='live_bookings_by_pathway'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('cancelled_at__isnull', True)), expressions=[('resource', '='), ('during', '&&')], name='nothing_is_booked_twice'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('during__isempty', False), ('during__lower_inf', False), ('during__upper_inf', False)), name='booking_has_start_and_end'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at__isnull', True), ('cancelled_by', '')), models.Q(('cancelled_at__isnull', False), models.Q(('cancelled_by', ''), _negated=True)), _connector='OR'), name='given_back_has_who'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='bookings_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='705475604b606a1776caa7952ba435696a3182f3', operation='DELETE', pgid='pgtrigger_bookings_are_kept_c0e9b', table='patients_booking', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_bookingevent" ("booked_at", "cancelled_at", "cancelled_by", "during", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_id", "version") VALUES (NEW."booked_at", NEW."cancelled_at", NEW."cancelled_by", NEW."during", NEW."id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."resource_id", NEW."version"); RETURN NULL;', hash='996e9c2e92c1d2225409d72ee566bff2ef8c0f4c', operation='INSERT', pgid='pgtrigger_insert_insert_16f2c', table='patients_booking', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_bookingevent" ("booked_at", "cancelled_at", "cancelled_by", "during", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_id", "version") VALUES (NEW."booked_at", NEW."cancelled_at", NEW."cancelled_by", NEW."during", NEW."id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."resource_id", NEW."version"); RETURN NULL;', hash='8a43467500600f3d05bca40b6f31d64a616cacdc', operation='UPDATE', pgid='pgtrigger_update_update_e178b', table='patients_booking', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='booking',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_bookingevent" ("booked_at", "cancelled_at", "cancelled_by", "during", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_id", "version") VALUES (OLD."booked_at", OLD."cancelled_at", OLD."cancelled_by", OLD."during", OLD."id", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."resource_id", OLD."version"); RETURN NULL;', hash='c625d823473bc959dd84b333811fa75853f34dd7', operation='DELETE', pgid='pgtrigger_delete_delete_a5395', table='patients_booking', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='resourceevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='372d0f836d2af6093f74218eca86429381b0bade', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_41d86', table='patients_resourceevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='remindertelling',
            index=models.Index(condition=models.Q(('waiting', True)), fields=['at', 'id'], name='tellings_to_come'),
        ),
        migrations.AddIndex(
            model_name='remindertelling',
            index=models.Index(condition=models.Q(('held', True)), fields=['reminder'], name='tellings_held'),
        ),
        migrations.AddConstraint(
            model_name='remindertelling',
            constraint=models.UniqueConstraint(fields=('reminder', 'level', 'again'), name='one_telling_per_level'),
        ),
        migrations.AddConstraint(
            model_name='remindertelling',
            constraint=models.CheckConstraint(condition=models.Q(('waiting', False), ('held', False), _connector='OR'), name='held_does_not_wait'),
        ),
        migrations.AddConstraint(
            model_name='remindertelling',
            constraint=models.CheckConstraint(condition=models.Q(('waiting', False), ('told_at__isnull', True), _connector='OR'), name='told_does_not_wait'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminderevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='29a10ad7f9ed77c627fbe2ed779d3e9cfac0fb35', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_aa09e', table='patients_reminderevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(condition=models.Q(('state__in', ['planned', 'acknowledged'])), fields=['due_at', 'id'], name='open_reminders_by_due'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('pathway', 'rule', 'subject'), name='one_reminder'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False)), _connector='OR'), name='reminder_acknowledged_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'acknowledged'), _negated=True), ('acknowledged_at__isnull', False), _connector='OR'), name='acknowledged_reminder_has_who'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), models.Q(('done_by', ''), _negated=True)), models.Q(models.Q(('state', 'done'), _negated=True), ('done_by', ''), ('done_on__isnull', True)), _connector='OR'), name='done_reminder_has_who'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'dropped'), models.Q(('dropped_by', ''), _negated=True)), models.Q(models.Q(('state', 'dropped'), _negated=True), ('drop_reason', ''), ('dropped_by', '')), _connector='OR'), name='dropped_reminder_has_who'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('snoozed_until__isnull', True), models.Q(('snooze_reason', ''), _negated=True), _connector='OR'), name='reminder_snoozed_for_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminder',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_reminderevent" ("acknowledged_at", "acknowledged_by_id", "centre_id", "done_by", "done_on", "drop_reason", "dropped_by", "due_at", "due_on", "handed_on", "id", "kind", "owner_id", "owner_role_id", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "released_at", "rule", "snooze_reason", "snoozed_until", "state", "subject", "version", "window_from", "window_to") VALUES (NEW."acknowledged_at", NEW."acknowledged_by_id", NEW."centre_id", NEW."done_by", NEW."done_on", NEW."drop_reason", NEW."dropped_by", NEW."due_at", NEW."due_on", NEW."handed_on", NEW."id", NEW."kind", NEW."owner_id", NEW."owner_role_id", NEW."pathway_id", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."released_at", NEW."rule", NEW."snooze_reason", NEW."snoozed_until", NEW."state", NEW."subject", NEW."version", NEW."window_from", NEW."window_to"); RETURN NULL;', hash='cf6b4d60786c0975b43bd7e1a23a7cf206813337', operation='INSERT', pgid='pgtrigger_insert_insert_9aef4', table='patients_reminder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminder',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."acknowledged_at" IS DISTINCT FROM (NEW."acknowledged_at") OR OLD."acknowledged_by_id" IS DISTINCT FROM (NEW."acknowledged_by_id") OR OLD."centre_id" IS DISTINCT FROM (NEW."centre_id") OR OLD."done_by" IS DISTINCT FROM (NEW."done_by") OR OLD."done_on" IS DISTINCT FROM (NEW."done_on") OR OLD."drop_reason" IS DISTINCT FROM (NEW."drop_reason") OR OLD."dropped_by" IS DISTINCT FROM (NEW."dropped_by") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."handed_on" IS DISTINCT FROM (NEW."handed_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."owner_role_id" IS DISTINCT FROM (NEW."owner_role_id") OR OLD."pathway_id" IS DISTINCT FROM (NEW."pathway_id") OR OLD."patient_id" IS DISTINCT FROM (NEW."patient_id") OR OLD."released_at" IS DISTINCT FROM (NEW."released_at") OR OLD."rule" IS DISTINCT FROM (NEW."rule") OR OLD."snooze_reason" IS DISTINCT FROM (NEW."snooze_reason") OR OLD."snoozed_until" IS DISTINCT FROM (NEW."snoozed_until") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."window_from" IS DISTINCT FROM (NEW."window_from") OR OLD."window_to" IS DISTINCT FROM (NEW."window_to"))', func='INSERT INTO "patients_reminderevent" ("acknowledged_at", "acknowledged_by_id", "centre_id", "done_by", "done_on", "drop_reason", "dropped_by", "due_at", "due_on", "handed_on", "id", "kind", "owner_id", "owner_role_id", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "released_at", "rule", "snooze_reason", "snoozed_until", "state", "subject", "version", "window_from", "window_to") VALUES (NEW."acknowledged_at", NEW."acknowledged_by_id", NEW."centre_id", NEW."done_by", NEW."done_on", NEW."drop_reason", NEW."dropped_by", NEW."due_at", NEW."due_on", NEW."handed_on", NEW."id", NEW."kind", NEW."owner_id", NEW."owner_role_id", NEW."pathway_id", NEW."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."released_at", NEW."rule", NEW."snooze_reason", NEW."snoozed_until", NEW."state", NEW."subject", NEW."version", NEW."window_from", NEW."window_to"); RETURN NULL;', hash='b5324a3e8343dcffd41c262dfeb0cb318f615581', operation='UPDATE', pgid='pgtrigger_update_update_0780f', table='patients_reminder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminder',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_reminderevent" ("acknowledged_at", "acknowledged_by_id", "centre_id", "done_by", "done_on", "drop_reason", "dropped_by", "due_at", "due_on", "handed_on", "id", "kind", "owner_id", "owner_role_id", "pathway_id", "patient_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "released_at", "rule", "snooze_reason", "snoozed_until", "state", "subject", "version", "window_from", "window_to") VALUES (OLD."acknowledged_at", OLD."acknowledged_by_id", OLD."centre_id", OLD."done_by", OLD."done_on", OLD."drop_reason", OLD."dropped_by", OLD."due_at", OLD."due_on", OLD."handed_on", OLD."id", OLD."kind", OLD."owner_id", OLD."owner_role_id", OLD."pathway_id", OLD."patient_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."released_at", OLD."rule", OLD."snooze_reason", OLD."snoozed_until", OLD."state", OLD."subject", OLD."version", OLD."window_from", OLD."window_to"); RETURN NULL;', hash='db9683db34ef28f5ccb1b21fadd96bcfa68cb236', operation='DELETE', pgid='pgtrigger_delete_delete_b021b', table='patients_reminder', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('acknowledged_at__isnull', True), ('settled_at__isnull', True)), fields=['user', '-created_at'], name='open_notices_of_user'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['about'], name='notice_by_subject'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('user', 'key'), name='told_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False)), _connector='OR'), name='acknowledged_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('snoozed_until__isnull', True), models.Q(('snooze_reason', ''), _negated=True), _connector='OR'), name='snoozed_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('acknowledged_at__isnull', True), ('acknowledged_at__gte', models.F('created_at')), _connector='OR'), name='acknowledged_after_it_was_told'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membershipevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='292bb0d7e459d0ff4afdce983820c13d81aac8b2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f999a', table='patients_membershipevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['centre', 'role'], name='membership_by_centre'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gte', models.F('starts_at')), _connector='OR'), name='membership_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('ends_at__isnull', True)), fields=('user', 'centre', 'role'), name='one_open_membership'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_membershipevent" ("centre_id", "ends_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "starts_at", "user_id") VALUES (NEW."centre_id", NEW."ends_at", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."role_id", NEW."starts_at", NEW."user_id"); RETURN NULL;', hash='e5640934b73404edbfac186dc178d92e7bf5ac02', operation='INSERT', pgid='pgtrigger_insert_insert_84593', table='patients_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_membershipevent" ("centre_id", "ends_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "starts_at", "user_id") VALUES (NEW."centre_id", NEW."ends_at", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."role_id", NEW."starts_at", NEW."user_id"); RETURN NULL;', hash='cb918d8c57536a34a2fab221a1635d949b173c60', operation='UPDATE', pgid='pgtrigger_update_update_6e5b4', table='patients_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_membershipevent" ("centre_id", "ends_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "starts_at", "user_id") VALUES (OLD."centre_id", OLD."ends_at", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."role_id", OLD."starts_at", OLD."user_id"); RETURN NULL;', hash='3977ffd6975353ad99083879629c8eb31e61b543', operation='DELETE', pgid='pgtrigger_delete_delete_4c6cc', table='patients_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='invitationevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f6923a3077a96e8a84e5035fac53f9d118caf918', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bda54', table='patients_invitationevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='accepted_by_somebody'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='invitation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_invitationevent" ("accepted_at", "accepted_by_id", "centre_id", "email", "expires_at", "first_name", "id", "invited_at", "last_name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "withdrawn_at") VALUES (NEW."accepted_at", NEW."accepted_by_id", NEW."centre_id", NEW."email", NEW."expires_at", NEW."first_name", NEW."id", NEW."invited_at", NEW."last_name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."role_id", NEW."withdrawn_at"); RETURN NULL;', hash='7503b690005f7c0d6953c94b8807a5844e76cc33', operation='INSERT', pgid='pgtrigger_insert_insert_9b7e0', table='patients_invitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='invitation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."accepted_at" IS DISTINCT FROM (NEW."accepted_at") OR OLD."accepted_by_id" IS DISTINCT FROM (NEW."accepted_by_id") OR OLD."centre_id" IS DISTINCT FROM (NEW."centre_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at") OR OLD."first_name" IS DISTINCT FROM (NEW."first_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invited_at" IS DISTINCT FROM (NEW."invited_at") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."role_id" IS DISTINCT FROM (NEW."role_id") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at"))', func='INSERT INTO "patients_invitationevent" ("accepted_at", "accepted_by_id", "centre_id", "email", "expires_at", "first_name", "id", "invited_at", "last_name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "withdrawn_at") VALUES (NEW."accepted_at", NEW."accepted_by_id", NEW."centre_id", NEW."email", NEW."expires_at", NEW."first_name", NEW."id", NEW."invited_at", NEW."last_name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."role_id", NEW."withdrawn_at"); RETURN NULL;', hash='a99ada84e041ae60131c8ac6bc5b13e531c909c1', operation='UPDATE', pgid='pgtrigger_update_update_cd56a', table='patients_invitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='invitation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_invitationevent" ("accepted_at", "accepted_by_id", "centre_id", "email", "expires_at", "first_name", "id", "invited_at", "last_name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role_id", "withdrawn_at") VALUES (OLD."accepted_at", OLD."accepted_by_id", OLD."centre_id", OLD."email", OLD."expires_at", OLD."first_name", OLD."id", OLD."invited_at", OLD."last_name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."role_id", OLD."withdrawn_at"); RETURN NULL;', hash='b76d97587076ea9dfd66b1f30ad8755b4da07fbe', operation='DELETE', pgid='pgtrigger_delete_delete_48ce0', table='patients_invitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='carelinkevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='35e855a736e29dffc413314f1ca5e32265ff7442', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_90225', table='patients_carelinkevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='carelink',
            index=models.Index(fields=['centre', 'kind', 'patient'], name='link_by_centre'),
        ),
        migrations.AddConstraint(
            model_name='carelink',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gte', models.F('starts_at')), _connector='OR'), name='link_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='carelink',
            constraint=models.UniqueConstraint(condition=models.Q(('ends_at__isnull', True)), fields=('patient', 'centre', 'kind', 'role', 'person'), name='one_open_link', nulls_distinct=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='carelink',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_carelinkevent" ("centre_id", "ends_at", "id", "kind", "patient_id", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reads_past", "role_id", "shared_facets", "starts_at") VALUES (NEW."centre_id", NEW."ends_at", NEW."id", NEW."kind", NEW."patient_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."reads_past", NEW."role_id", NEW."shared_facets", NEW."starts_at"); RETURN NULL;', hash='a74d784c15a12af7cfecf3f8d456ee2449f32fd8', operation='INSERT', pgid='pgtrigger_insert_insert_ddfc2', table='patients_carelink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='carelink',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_carelinkevent" ("centre_id", "ends_at", "id", "kind", "patient_id", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reads_past", "role_id", "shared_facets", "starts_at") VALUES (NEW."centre_id", NEW."ends_at", NEW."id", NEW."kind", NEW."patient_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."reads_past", NEW."role_id", NEW."shared_facets", NEW."starts_at"); RETURN NULL;', hash='81931fd8ab0a623916cda28ad0e35904dafaef78', operation='UPDATE', pgid='pgtrigger_update_update_d3499', table='patients_carelink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='carelink',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_carelinkevent" ("centre_id", "ends_at", "id", "kind", "patient_id", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reads_past", "role_id", "shared_facets", "starts_at") VALUES (OLD."centre_id", OLD."ends_at", OLD."id", OLD."kind", OLD."patient_id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."reads_past", OLD."role_id", OLD."shared_facets", OLD."starts_at"); RETURN NULL;', hash='8ddb6a1a5fc1c72d5b7a4daacc3cebe8881c4acd', operation='DELETE', pgid='pgtrigger_delete_delete_8335c', table='patients_carelink', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='roleevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='721e23f0b45e9007a323160afefc474b3cf39d8c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d1282', table='patients_roleevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='scheduletemplate',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('hub', 'product', 'rule'), name='one_schedule_row', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='scheduletemplate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('days__isnull', True), ('kind', 'step'), ('months__isnull', True)), models.Q(models.Q(('kind', 'step'), _negated=True), ('days__isnull', False), ('months__isnull', True)), models.Q(models.Q(('kind', 'step'), _negated=True), ('days__isnull', True), ('months__isnull', False)), _connector='OR'), name='days_or_months_after_day_0'),
        ),
        migrations.AddConstraint(
            model_name='scheduletemplate',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='schedule_ends_after_start'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scheduletemplate',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_scheduletemplateevent" ("at_time", "days", "hub_id", "id", "kind", "levels", "milestone", "months", "order", "owner_at", "owner_role_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "rule", "source", "until_day", "valid_from", "valid_to", "version", "window") VALUES (NEW."at_time", NEW."days", NEW."hub_id", NEW."id", NEW."kind", NEW."levels", NEW."milestone", NEW."months", NEW."order", NEW."owner_at", NEW."owner_role_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."product_id", NEW."rule", NEW."source", NEW."until_day", NEW."valid_from", NEW."valid_to", NEW."version", NEW."window"); RETURN NULL;', hash='2a93b4de6b643e33ff1c3c32f36fe9ab95216696', operation='INSERT', pgid='pgtrigger_insert_insert_aff1a', table='patients_scheduletemplate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scheduletemplate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_scheduletemplateevent" ("at_time", "days", "hub_id", "id", "kind", "levels", "milestone", "months", "order", "owner_at", "owner_role_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "rule", "source", "until_day", "valid_from", "valid_to", "version", "window") VALUES (NEW."at_time", NEW."days", NEW."hub_id", NEW."id", NEW."kind", NEW."levels", NEW."milestone", NEW."months", NEW."order", NEW."owner_at", NEW."owner_role_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."product_id", NEW."rule", NEW."source", NEW."until_day", NEW."valid_from", NEW."valid_to", NEW."version", NEW."window"); RETURN NULL;', hash='06ac72f2ff988601e155615fa7458b02d1b1b34a', operation='UPDATE', pgid='pgtrigger_update_update_829b2', table='patients_scheduletemplate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scheduletemplate',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_scheduletemplateevent" ("at_time", "days", "hub_id", "id", "kind", "levels", "milestone", "months", "order", "owner_at", "owner_role_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "rule", "source", "until_day", "valid_from", "valid_to", "version", "window") VALUES (OLD."at_time", OLD."days", OLD."hub_id", OLD."id", OLD."kind", OLD."levels", OLD."milestone", OLD."months", OLD."order", OLD."owner_at", OLD."owner_role_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."product_id", OLD."rule", OLD."source", OLD."until_day", OLD."valid_from", OLD."valid_to", OLD."version", OLD."window"); RETURN NULL;', hash='2f236a052f899cd1e25e03e3e2dfefd2c2161ee1', operation='DELETE', pgid='pgtrigger_delete_delete_80297', table='patients_scheduletemplate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='scheduletemplateevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='aaeb7f33e77efda9c7dc8cfb63e004bffe60e43b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_402cb', table='patients_scheduletemplateevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='stageentry',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True), ('superseded', False)), fields=('pathway', 'stage'), name='one_open_stay_per_stage'),
        ),
        migrations.AddConstraint(
            model_name='stageentry',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), ('started_on__isnull', True), ('ended_on__gte', models.F('started_on')), _connector='OR'), name='stay_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='stageentry',
            constraint=models.CheckConstraint(condition=models.Q(('started_on__isnull', False), ('before_carpath', True), _connector='OR'), name='stay_has_a_start'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stageentry',
            trigger=pgtrigger.compiler.Trigger(name='moves_stay_on_the_map', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE before_stage text; needs_end boolean;', func="\n        CASE NEW.stage\n        WHEN 'eligibility' THEN before_stage := 'referral'; needs_end := true;\nWHEN 'apheresis' THEN before_stage := 'eligibility'; needs_end := true;\nWHEN 'manufacturing' THEN before_stage := 'apheresis'; needs_end := true;\nWHEN 'bridging' THEN before_stage := 'eligibility'; needs_end := true;\nWHEN 'lymphodepletion' THEN before_stage := 'manufacturing'; needs_end := true;\nWHEN 'infusion' THEN before_stage := 'lymphodepletion'; needs_end := true;\nWHEN 'toxicity' THEN before_stage := 'infusion'; needs_end := true;\nWHEN 'followup' THEN before_stage := 'infusion'; needs_end := true;\n        ELSE RETURN NEW;\n        END CASE;\n        IF NEW.before_carpath THEN RETURN NEW; END IF;\n        IF NOT EXISTS (\n            SELECT 1 FROM patients_stageentry\n            WHERE pathway_id = NEW.pathway_id AND stage = before_stage AND NOT superseded\n              AND (ended_on IS NOT NULL OR before_carpath OR NOT needs_end)\n        ) THEN\n            RAISE EXCEPTION 'the door to stage % is closed', NEW.stage USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ", hash='681d85409072e68b68e575fc3342ce643d4e7d95', operation='INSERT', pgid='pgtrigger_moves_stay_on_the_map_8113a', table='patients_stageentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stageentry',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_stageentryevent" ("before_carpath", "ended_on", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage", "started_on", "superseded") VALUES (NEW."before_carpath", NEW."ended_on", NEW."id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."stage", NEW."started_on", NEW."superseded"); RETURN NULL;', hash='7280bf2ef2f678bd1276e8f2d946e77281e39871', operation='INSERT', pgid='pgtrigger_insert_insert_1d0c3', table='patients_stageentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stageentry',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_stageentryevent" ("before_carpath", "ended_on", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage", "started_on", "superseded") VALUES (NEW."before_carpath", NEW."ended_on", NEW."id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."stage", NEW."started_on", NEW."superseded"); RETURN NULL;', hash='7f07e30f3057b2f54fe4c2bf9110450409a66905', operation='UPDATE', pgid='pgtrigger_update_update_921cb', table='patients_stageentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stageentry',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_stageentryevent" ("before_carpath", "ended_on", "id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage", "started_on", "superseded") VALUES (OLD."before_carpath", OLD."ended_on", OLD."id", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."stage", OLD."started_on", OLD."superseded"); RETURN NULL;', hash='8c207fbcf83beb995933bdb4cf0ab2cd32c7fab9', operation='DELETE', pgid='pgtrigger_delete_delete_100ee', table='patients_stageentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stageentryevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5f75caf1902f5164f84051a45f2f7661785ae129', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6c18e', table='patients_stageentryevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(condition=models.Q(('done_at__isnull', True), ('dropped_at__isnull', True)), fields=['centre', 'due_at'], name='open_steps_by_due'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('dropped_at__isnull', True)), fields=('pathway', 'code', 'subject'), name='one_open_step'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(condition=models.Q(('has_ball', True)), fields=('pathway',), name='one_ball'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.CheckConstraint(condition=models.Q(('has_ball', False), models.Q(('done_at__isnull', True), ('dropped_at__isnull', True)), _connector='OR'), name='ball_is_open'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by', '')), models.Q(('done_at__isnull', False), models.Q(('done_by', ''), _negated=True)), _connector='OR'), name='done_has_who'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='step',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_stepevent" ("blocks_on", "centre_id", "code", "details", "done_at", "done_by", "dropped_at", "due_at", "has_ball", "id", "next_owner_role_id", "opened_at", "origin", "owner_id", "owner_role_id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage", "subject", "version") VALUES (NEW."blocks_on", NEW."centre_id", NEW."code", NEW."details", NEW."done_at", NEW."done_by", NEW."dropped_at", NEW."due_at", NEW."has_ball", NEW."id", NEW."next_owner_role_id", NEW."opened_at", NEW."origin", NEW."owner_id", NEW."owner_role_id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'insert\', NEW."id", NEW."stage", NEW."subject", NEW."version"); RETURN NULL;', hash='304803556cb495c18a9ce3b8cf686376e5146b73', operation='INSERT', pgid='pgtrigger_insert_insert_6d8c6', table='patients_step', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='step',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "patients_stepevent" ("blocks_on", "centre_id", "code", "details", "done_at", "done_by", "dropped_at", "due_at", "has_ball", "id", "next_owner_role_id", "opened_at", "origin", "owner_id", "owner_role_id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage", "subject", "version") VALUES (NEW."blocks_on", NEW."centre_id", NEW."code", NEW."details", NEW."done_at", NEW."done_by", NEW."dropped_at", NEW."due_at", NEW."has_ball", NEW."id", NEW."next_owner_role_id", NEW."opened_at", NEW."origin", NEW."owner_id", NEW."owner_role_id", NEW."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'update\', NEW."id", NEW."stage", NEW."subject", NEW."version"); RETURN NULL;', hash='b7659b7ec4dbdffda127e9740623d7fa12ce4dd0', operation='UPDATE', pgid='pgtrigger_update_update_37f0d', table='patients_step', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='step',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "patients_stepevent" ("blocks_on", "centre_id", "code", "details", "done_at", "done_by", "dropped_at", "due_at", "has_ball", "id", "next_owner_role_id", "opened_at", "origin", "owner_id", "owner_role_id", "pathway_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stage", "subject", "version") VALUES (OLD."blocks_on", OLD."centre_id", OLD."code", OLD."details", OLD."done_at", OLD."done_by", OLD."dropped_at", OLD."due_at", OLD."has_ball", OLD."id", OLD."next_owner_role_id", OLD."opened_at", OLD."origin", OLD."owner_id", OLD."owner_role_id", OLD."pathway_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, clock_timestamp(), \'delete\', OLD."id", OLD."stage", OLD."subject", OLD."version"); RETURN NULL;', hash='51aa23d3f21ee9a142aed3c803c423a8d0290d23', operation='DELETE', pgid='pgtrigger_delete_delete_43ee6', table='patients_step', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stepevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b0a36e366dd20f6b7ed28d1e026c4d71b3b4f76e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_8bc0d', table='patients_stepevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='userevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='370b57f54c5188d79e4ab944d3a9515fc5c04e19', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_095ef', table='patients_userevent', when='BEFORE')),
        ),
    ]
