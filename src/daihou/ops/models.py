"""The tables of operations: orders, proposals, events in a chain, sealed answers, stops, people."""

from __future__ import annotations

from django.db import models


class NightEntry(models.Model):
    """One night that has entered operations; the same run enters once."""

    run_id = models.CharField(max_length=64, primary_key=True)
    book = models.CharField(max_length=32)
    as_of = models.DateField()
    orders = models.PositiveIntegerField()
    proposals = models.PositiveIntegerField()
    entered_at = models.DateTimeField()


class OrderRow(models.Model):
    """One inquiry order; its key enters at most once, whatever night plans it."""

    key = models.CharField(max_length=200, primary_key=True)
    book = models.CharField(max_length=32)
    customer_id = models.CharField(max_length=64, db_index=True)
    purpose = models.CharField(max_length=8)
    window = models.CharField(max_length=80)
    planned_on = models.DateField(db_index=True)
    tier = models.CharField(max_length=8)
    occasion = models.CharField(max_length=40)
    trigger_id = models.CharField(max_length=80, null=True)
    reason = models.TextField()
    value_minor = models.BigIntegerField()
    proof = models.TextField()
    needs_two = models.BooleanField()
    state = models.CharField(max_length=12)
    approved_by = models.JSONField(default=list)
    run_id = models.CharField(max_length=64)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=80, null=True)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    asked_on = models.DateField(null=True)  # the lender's own day on which it last left
    tries = models.PositiveIntegerField(default=0)  # how often it left; a step names its own
    deadline_at = models.DateTimeField(null=True)  # after it the bureau does not take the message
    acknowledged = models.BooleanField(default=False)  # the bureau said of this try that it has it
    not_before = models.DateTimeField(null=True)  # working time, by the book's own clock
    waiting = models.TextField(default="")  # why it was put back

    class Meta:
        """Indexes for the worker: what is due, by state and worth."""

        indexes = (models.Index(fields=["state", "-value_minor"], name="order_by_state"),)


class ProposalRow(models.Model):
    """One actionable decision of a night (proposed treatment), keyed by (run, account, action)."""

    key = models.CharField(max_length=200, primary_key=True)
    run_id = models.CharField(max_length=64)
    book = models.CharField(max_length=32)
    as_of = models.DateField()
    subject_kind = models.CharField(max_length=12)
    subject_id = models.CharField(max_length=64)
    customer_id = models.CharField(max_length=64, db_index=True)
    treatment = models.CharField(max_length=24)
    level = models.CharField(max_length=8, null=True)
    amount_minor = models.BigIntegerField(null=True)
    rule_id = models.CharField(max_length=80)
    reasons = models.TextField()
    needs_two = models.BooleanField()
    state = models.CharField(max_length=12, default="open")


class EventRow(models.Model):
    """One thing that happened, chained to the one before: a changed row breaks the chain."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200, db_index=True)
    by = models.CharField(max_length=80)
    details = models.JSONField()
    before = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        """Index for what one person did within some days, such as inquiries sent today."""

        indexes = (models.Index(fields=["kind", "by", "at"], name="event_by_person"),)


class AnswerRow(models.Model):
    """One answer of the bureau, sealed: kept also when it cannot be read."""

    order = models.ForeignKey(OrderRow, on_delete=models.PROTECT)
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    problem = models.TextField(default="")
    landed_at = models.DateTimeField(null=True)

    class Meta:
        """The same bytes for the same order are one answer, however often they arrive."""

        constraints = (models.UniqueConstraint(fields=["order", "sha256"], name="answer_once"),)


class StopRow(models.Model):
    """A person about whom nothing may be asked from a day on (停止查询名单)."""

    book = models.CharField(max_length=32)
    customer_id = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=24)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    reason = models.TextField()
    by = models.CharField(max_length=80)


class PersonRow(models.Model):
    """A member of staff or the batch user: whether active, where, in which roles, with what cap."""

    user_id = models.CharField(max_length=80, primary_key=True)
    active = models.BooleanField(default=True)
    branch = models.CharField(max_length=80, default="")
    roles = models.JSONField(default=list)
    daily_cap = models.PositiveIntegerField(default=0)
