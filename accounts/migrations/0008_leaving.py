"""The day from which a member is no longer there, known before it comes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_a_number_is_a_number'),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='leaves_on',
            field=models.DateField(blank=True, null=True),
        ),
    ]
