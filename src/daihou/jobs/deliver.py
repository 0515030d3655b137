"""Sends approved orders to the bureau, each at most once, and takes in what it says."""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo

from daihou.errors import GatewayError, NotAllowed, OpsError
from daihou.gateways.breaker import Breaker
from daihou.gateways.file_bureau import FileBureau
from daihou.gateways.http_bureau import HttpBureau
from daihou.gateways.outcomes import Bureau
from daihou.gateways.pace import Pace
from daihou.gateways.settings import BureauSettings, parse_bureau, password_digest
from daihou.inquiry.facts import Person
from daihou.inquiry.rules import Rules
from daihou.jobs.enter import rules_of
from daihou.jobs.home import Home, Progress
from daihou.jobs.send_receipt import DeliveryReceipt

if TYPE_CHECKING:
    from daihou.ops.store import Operations

SETTINGS: Final = "bureau.yaml"
"""File of the home with the way to its bureau."""


class Identity(Protocol):
    """Who a customer is to the bureau; stays in memory, and is in no log and no error."""

    @property
    def name(self) -> str:
        """Return the name as in the document."""

    @property
    def id_type(self) -> str:
        """Return the code of the kind of document."""

    @property
    def id_no(self) -> str:
        """Return the number of the document."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where persons and identities come from.

    ``version`` tells another value when facts may have changed; without it they are read anew for
    every order.
    """

    persons: Callable[[Collection[str], date], Mapping[str, Person]]
    identities: Callable[[Collection[str]], Mapping[str, Identity]]
    version: Callable[[], object] = object


@dataclass(frozen=True, slots=True)
class DeliverOptions:
    """How to deliver. ``operator`` sends; ``workers`` null is that of the settings.

    ``watch`` goes on until ``stop`` is set; else the run ends when nothing comes due within
    ``patience_seconds``. ``at`` is the local time at which a simulated book begins; deadlines and
    leases keep to the real clock. ``queue`` orders are leased at once, for ``lease_seconds``.
    """

    operator: str
    workers: int | None = None
    watch: bool = False
    patience_seconds: float = 10
    at: datetime | None = None
    queue: int = 200
    lease_seconds: float = 120
    stop: threading.Event = field(default_factory=threading.Event)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    on_progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The real clock and the book's own, which runs as fast and may stand on another day."""

    now: Callable[[], datetime]
    zone: ZoneInfo
    ahead: timedelta = timedelta()

    def told(self, real: datetime) -> datetime:
        """Return the book's own time in UTC."""
        return real + self.ahead

    def local(self, real: datetime) -> datetime:
        """Return the book's own time as the lender's clock on the wall shows it."""
        return self.told(real).astimezone(self.zone)

    def real(self, told: datetime) -> datetime:
        """Return the real instant of one of the book's own."""
        return told - self.ahead


@dataclass(frozen=True, slots=True)
class Kit:
    """Everything that a run works with, put together once."""

    home: Home
    operations: Operations
    settings: BureauSettings
    rules: Rules
    digest: str
    bureau: Bureau
    sources: Sources
    clocks: Clocks
    breaker: Breaker
    pace: Pace
    options: DeliverOptions
    worker: str

    @property
    def workers(self) -> int:
        """Return how many messages may be under way at once."""
        return self.options.workers or self.settings.workers


def deliver(
    home: Home,
    operations: Operations,
    options: DeliverOptions,
    sources: Sources | None = None,
    bureau: Bureau | None = None,
) -> DeliveryReceipt:
    """Work through the approved and the unclear orders of a home's book; return what was done.

    An order leaves only after that is recorded, and never again but on the bureau's word that it
    did not take the message. A worker that is killed at any moment leaves orders that the next one
    asks about.
    Raises: GatewayError, HomeError, OpsError, NotAllowed.
    """
    from daihou.jobs.send_loop import SendLoop  # its tables need a named database first

    settings = settings_of(home)
    rules = rules_of(home)
    if rules is None:
        raise GatewayError(
            "this book asks about nobody", where="book.yaml", why="it names no rules of asking",
            next_step="name a file at `asking`",
        )  # fmt: skip
    _check(home, operations, settings, options)
    clocks = _clocks(settings, options)
    own = bureau or _bureau(settings, home, options.now)
    kit = Kit(
        home, operations, settings, rules, password_digest(), own,
        sources or sources_of(home), clocks,
        Breaker(settings.breaker.failures, settings.breaker.open_seconds, time.monotonic),
        Pace(settings.per_minute, options.workers or settings.workers, time.monotonic),
        options, secrets.token_hex(8),
    )  # fmt: skip
    try:
        return SendLoop(kit, random.random).run()
    finally:
        if bureau is None:
            own.close()


def settings_of(home: Home) -> BureauSettings:
    """Return the settings in the home's bureau.yaml.

    Raises: HomeError, GatewayError.
    """
    return parse_bureau(home.text_of(SETTINGS), str(home.root / SETTINGS))


def sources_of(home: Home) -> Sources:
    """Return persons and identities out of the home's lake, as it stands when they are asked."""
    from daihou.jobs.persons import identities_of, persons_of

    def version() -> int:
        home.lake.refresh()
        return home.lake.version

    return Sources(
        lambda customers, on: persons_of(home, customers, on),
        lambda customers: identities_of(home, customers),
        version,
    )


def _bureau(settings: BureauSettings, home: Home, now: Callable[[], datetime]) -> Bureau:
    if settings.adapter == "files":
        return FileBureau(settings, home.root, now)
    return HttpBureau(settings, home.root, now, simulated=home.book.simulated)


def _clocks(settings: BureauSettings, options: DeliverOptions) -> Clocks:
    zone = ZoneInfo(settings.timezone)
    if options.at is None:
        return Clocks(options.now, zone)
    wanted = options.at if options.at.tzinfo else options.at.replace(tzinfo=zone)
    return Clocks(options.now, zone, wanted.astimezone(UTC) - options.now())


def _check(
    home: Home, operations: Operations, settings: BureauSettings, options: DeliverOptions
) -> None:
    """Refuse what no order should find out one by one."""
    from daihou.ops.sending import may_send

    if not operations.can_seal:
        raise OpsError(
            "no key to seal answers with", why="a credit report is never stored in the clear",
            next_step="set DAIHOU_KEY",
        )  # fmt: skip
    if not may_send(options.operator):
        raise NotAllowed(
            "this operator may not send", where=options.operator,
            why="who sends is on the staff, active, and in the role operator",
            next_step="see `daihou staff list`",
        )  # fmt: skip
    if options.at is not None and not home.book.simulated:
        raise GatewayError(
            "the time cannot be chosen in a real book", where="--at",
            why="working hours and caps protect real people", next_step="leave --at out",
        )  # fmt: skip
    if home.book.simulated and not settings.here:
        raise GatewayError(
            "a simulated book asks a simulated bureau only", where=SETTINGS,
            why="the people in it are invented", next_step="give a `url` on this machine",
        )  # fmt: skip
