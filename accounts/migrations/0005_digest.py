"""How often a member gets a letter of what is due."""

import accounts.rules.letters
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_letters'),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='digest',
            field=models.CharField(choices=[('never', 'NEVER'), ('daily', 'DAILY'), ('weekly', 'WEEKLY')], db_default='weekly', default=accounts.rules.letters.Digest['WEEKLY'], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('digest__in', ['never', 'daily', 'weekly'])), name='member_digest_is_known'),
        ),
    ]
