"""The cursor moves to the one table of all followers, with its value: nothing is read a second time."""

from django.db import migrations


def carry_over(apps, _schema_editor):
    """Take every cursor along."""
    rows = apps.get_model('notices', 'Follower').objects.values('name', 'transaction_id', 'position')
    kept = apps.get_model('cases', 'Follower').objects
    for row in rows:
        kept.update_or_create(name=row.pop('name'), defaults=row)


def carry_back(apps, _schema_editor):
    """Take this context's cursor out of the one table again."""
    rows = apps.get_model('cases', 'Follower').objects.filter(name__startswith='notices')
    for row in rows.values('name', 'transaction_id', 'position'):
        apps.get_model('notices', 'Follower').objects.create(**row)
    rows.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_followers'),
        ('notices', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(carry_over, carry_back),
        migrations.DeleteModel(name='Follower'),
    ]
