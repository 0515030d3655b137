"""What has changed in operations since it was last handed back to the lake as dated facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from daihou.inquiry.orders import MARKS, OrderState
from daihou.ops import chain
from daihou.ops.models import EventRow, OrderRow, StopRow

HANDED_BACK: Final = "handed_back"
_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class ChangedOrder:
    """Where an order stands now; ``asked_on`` None as long as nothing has left."""

    key: str
    customer_id: str
    purpose: str
    window: str
    occasion: str
    trigger_id: str | None
    planned_on: date
    state: OrderState
    asked_on: date | None


def last_event() -> int:
    """Return the number of the newest event, 0 when there is none."""
    return int(EventRow.objects.aggregate(newest=Max("seq"))["newest"] or 0)


def handed_back_upto() -> int:
    """Return the number of the last event whose effects are facts in the lake."""
    newest = EventRow.objects.filter(kind=HANDED_BACK).order_by("-seq").first()
    return int(newest.details["upto"]) if newest is not None else 0


def remember_handed_back(upto: int, now: datetime) -> None:
    """Remember that everything up to an event has become facts."""
    with transaction.atomic():
        chain.append(now, HANDED_BACK, "lake", "night", {"upto": upto})


def changed_orders(after: int, upto: int) -> Iterator[ChangedOrder]:
    """Yield the orders that events after one number, up to another, have made or moved."""
    events = EventRow.objects.filter(seq__gt=after, seq__lte=upto)
    runs = list(events.filter(kind="night_entered").values_list("subject", flat=True))
    keys = set(events.filter(kind__startswith="order_").values_list("subject", flat=True))
    keys |= set(OrderRow.objects.filter(run_id__in=runs).values_list("key", flat=True))
    ordered = sorted(keys)
    for start in range(0, len(ordered), _BATCH):
        part = ordered[start : start + _BATCH]
        for row in OrderRow.objects.filter(key__in=part).order_by("key"):
            yield _changed(row)


def changed_stops(after: int, upto: int) -> list[StopRow]:
    """Return every stop of the persons whose stops changed between two events."""
    events = EventRow.objects.filter(seq__gt=after, seq__lte=upto, kind="inquiry_stop")
    customers = set(events.values_list("subject", flat=True))
    return list(StopRow.objects.filter(customer_id__in=customers).order_by("pk"))


def _changed(row: OrderRow) -> ChangedOrder:
    state = OrderState(row.state)
    asked = row.asked_on or (row.sent_at.date() if row.sent_at else row.planned_on)
    return ChangedOrder(
        row.key, row.customer_id, row.purpose, row.window, row.occasion, row.trigger_id,
        row.planned_on, state, asked if state in MARKS else None,
    )  # fmt: skip
