"""What delivery remembers of an order, and an index for what one person did."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the columns of delivery."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("ops", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("orderrow", "asked_on", models.DateField(null=True)),
        migrations.AddField("orderrow", "tries", models.PositiveIntegerField(default=0)),
        migrations.AddField("orderrow", "deadline_at", models.DateTimeField(null=True)),
        migrations.AddField("orderrow", "acknowledged", models.BooleanField(default=False)),
        migrations.AddField("orderrow", "not_before", models.DateTimeField(null=True)),
        migrations.AddField("orderrow", "waiting", models.TextField(default="")),
        migrations.AddIndex(
            "eventrow", models.Index(fields=["kind", "by", "at"], name="event_by_person")
        ),
    ]
