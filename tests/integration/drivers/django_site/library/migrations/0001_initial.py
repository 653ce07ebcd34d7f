"""Make the table of books."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):  # type: ignore[misc]  # Django has no types
    """The first."""

    initial = True
    operations: ClassVar = [
        migrations.CreateModel(
            name='Book',
            fields=[
                ('id', models.BigAutoField(primary_key=True)),
                ('title', models.CharField(max_length=100, unique=True)),
                ('price', models.DecimalField(max_digits=10, decimal_places=2)),
                ('published', models.DateTimeField(null=True)),
                ('more', models.JSONField(default=dict)),
                ('cover', models.BinaryField(default=b'')),
            ],
        ),
        migrations.AddIndex('book', models.Index(fields=['price'], name='by_price')),
    ]
