"""The first tables of operations."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make every table."""

    initial = True

    dependencies: ClassVar[list[tuple[str, str]]] = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="EventRow",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=40)),
                ("subject", models.CharField(db_index=True, max_length=200)),
                ("by", models.CharField(max_length=80)),
                ("details", models.JSONField()),
                ("before", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="NightEntry",
            fields=[
                ("run_id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("book", models.CharField(max_length=32)),
                ("as_of", models.DateField()),
                ("orders", models.PositiveIntegerField()),
                ("proposals", models.PositiveIntegerField()),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PersonRow",
            fields=[
                ("user_id", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("active", models.BooleanField(default=True)),
                ("branch", models.CharField(default="", max_length=80)),
                ("roles", models.JSONField(default=list)),
                ("daily_cap", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ProposalRow",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("run_id", models.CharField(max_length=64)),
                ("book", models.CharField(max_length=32)),
                ("as_of", models.DateField()),
                ("subject_kind", models.CharField(max_length=12)),
                ("subject_id", models.CharField(max_length=64)),
                ("customer_id", models.CharField(db_index=True, max_length=64)),
                ("treatment", models.CharField(max_length=24)),
                ("level", models.CharField(max_length=8, null=True)),
                ("amount_minor", models.BigIntegerField(null=True)),
                ("rule_id", models.CharField(max_length=80)),
                ("reasons", models.TextField()),
                ("needs_two", models.BooleanField()),
                ("state", models.CharField(default="open", max_length=12)),
            ],
        ),
        migrations.CreateModel(
            name="StopRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("book", models.CharField(max_length=32)),
                ("customer_id", models.CharField(db_index=True, max_length=64)),
                ("kind", models.CharField(max_length=24)),
                ("from_on", models.DateField()),
                ("to_on", models.DateField(null=True)),
                ("reason", models.TextField()),
                ("by", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="OrderRow",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("book", models.CharField(max_length=32)),
                ("customer_id", models.CharField(db_index=True, max_length=64)),
                ("purpose", models.CharField(max_length=8)),
                ("window", models.CharField(max_length=80)),
                ("planned_on", models.DateField(db_index=True)),
                ("tier", models.CharField(max_length=8)),
                ("occasion", models.CharField(max_length=40)),
                ("trigger_id", models.CharField(max_length=80, null=True)),
                ("reason", models.TextField()),
                ("value_minor", models.BigIntegerField()),
                ("proof", models.TextField()),
                ("needs_two", models.BooleanField()),
                ("state", models.CharField(max_length=12)),
                ("approved_by", models.JSONField(default=list)),
                ("run_id", models.CharField(max_length=64)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("leased_by", models.CharField(max_length=80, null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "-value_minor"], name="order_by_state")],
            },
        ),
        migrations.CreateModel(
            name="AnswerRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("sha256", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
                ("problem", models.TextField(default="")),
                ("landed_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ops.orderrow"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order", "sha256"), name="answer_once")
                ],
            },
        ),
    ]
