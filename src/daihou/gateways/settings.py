"""How a lender reaches its bureau: one bureau.yaml of a home, checked whole."""

from __future__ import annotations

import os
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from daihou.errors import GatewayError
from daihou.gateways.message import sm3
from daihou.night.plainyaml import load_plain_yaml

PASSWORD_VARIABLE: Final = "DAIHOU_BUREAU_PASSWORD"
HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts that may be reached without TLS: this machine."""
_Code14 = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{14}$")]
_Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,30}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Retry(_Part):
    """When a message that was not taken, or an order that is not clear, is looked at again."""

    seconds: float = Field(default=5, gt=0, le=3_600)
    """Wait after the first time, in seconds."""
    factor: float = Field(default=2, ge=1, le=10)
    """Each further wait is so many times longer."""
    most_seconds: float = Field(default=900, gt=0, le=86_400)
    """No wait is longer, in seconds."""
    jitter_percent: int = Field(default=20, ge=0, le=100)
    """Waits differ by up to so much, so that many orders do not come at once."""

    def wait(self, times: int, chance: float) -> float:
        """Return the wait in seconds after ``times`` tries; ``chance`` from 0 to 1 spreads it."""
        plain = min(self.most_seconds, self.seconds * self.factor ** min(times, 60))
        return plain * (1 + self.jitter_percent / 100 * (2 * chance - 1))


class BreakerSettings(_Part):
    """When sending stops because the bureau fails."""

    failures: int = Field(default=5, ge=1, le=1_000)
    """So many failures in a row stop sending."""
    open_seconds: float = Field(default=60, gt=0, le=86_400)
    """After so many seconds one message tries again."""


class Timeouts(_Part):
    """How long is waited for the bureau, in seconds."""

    connect: float = Field(default=5, gt=0, le=120)
    """For a connection."""
    read: float = Field(default=30, gt=0, le=600)
    """For the whole answer. After it the order is unknown and is asked about; never sent again."""


class BureauSettings(_Part):
    """One bureau.yaml, checked."""

    adapter: Literal["http", "files"]
    """`http` asks a service; `files` leaves messages in a folder and collects answers there."""
    url: str | None = None
    """Address of the service (`http`). TLS is required but for this machine."""
    folder: str | None = None
    """Folder of the exchange (`files`) with requests, answers and done; relative to the home."""
    sender: _Code14
    """Own place in the header of a message: 14 letters or figures."""
    receiver: _Code14
    """The bureau's place in the header of a message: 14 letters or figures."""
    org: _Code
    """Organisation that asks (`QueryOrgCode`)."""
    user: _Code
    """User that asks (`UserCode`). Its password is read from DAIHOU_BUREAU_PASSWORD, and only its
    SM3 digest leaves the process."""
    origin_org: _Code | None = None
    """Organisation for which it is asked (`OriginateOrgCode`); null is `org`."""
    origin_user: _Code | None = None
    """User for whom it is asked (`OriginateUserCode`); null is `user`."""
    service: _Code = "0101"
    """Kind of report asked for (`ServiceCode`)."""
    branches: tuple[str, ...] = ()
    """Branches whose operators may send; none named is every branch."""
    timezone: str = "Asia/Shanghai"
    """Where the lender's working hours and days are counted."""
    ca_file: str | None = None
    """Certificates that the service's own is checked against; null is those of the system."""
    certificate_file: str | None = None
    """Own certificate for the service."""
    key_file: str | None = None
    """Private key of the own certificate."""
    timeouts: Timeouts = Timeouts()
    """How long is waited."""
    retry: Retry = Retry()
    """When it is tried or asked again."""
    per_minute: int = Field(default=600, ge=1, le=600_000)
    """Messages a minute at the most."""
    workers: int = Field(default=4, ge=1, le=256)
    """Messages under way at once."""
    breaker: BreakerSettings = BreakerSettings()
    """When sending stops."""
    settle_seconds: float = Field(default=10, gt=0, le=86_400)
    """First wait before a key that is not clear is asked about."""
    deadline_seconds: int = Field(default=300, ge=1, le=30 * 86_400)
    """A message is void so many seconds after it was made; only then can it be known that a bureau
    that never heard of it never will. For `files` as long as the bureau may take to collect."""
    skew_seconds: float = Field(default=30, ge=0, le=3_600)
    """How far the bureau's clock may be behind ours, in seconds."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError) as error:
            raise ValueError(f"no time zone is called {name!r}") from error
        return name

    @model_validator(mode="after")
    def _whole(self) -> BureauSettings:
        wrong = _wrong_url(self.url) if self.adapter == "http" else []
        if self.adapter == "files" and not self.folder:
            wrong.append("files needs `folder`")
        if (self.certificate_file is None) != (self.key_file is None):
            wrong.append("certificate_file and key_file go together")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def here(self) -> bool:
        """Tell whether the bureau is on this machine."""
        return self.adapter == "files" or urlsplit(self.url or "").hostname in HERE


def _wrong_url(url: str | None) -> list[str]:
    if not url:
        return ["http needs `url`"]
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return ["`url` is no address"]
    wrong = []
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        wrong.append("`url` is no address of a service")
    if parts.scheme == "http" and parts.hostname not in HERE:
        wrong.append("`url` is not encrypted: reports travel by https, but for this machine")
    if parts.username or parts.password or parts.query or parts.fragment:
        wrong.append("`url` carries more than host and path")
    return wrong


def parse_bureau(text: str, where: str) -> BureauSettings:
    """Return the settings that a bureau.yaml holds.

    Raises: GatewayError listing every problem, without the values.
    """
    try:
        return BureauSettings.model_validate(load_plain_yaml(text))
    except yaml.YAMLError as error:
        raise GatewayError(
            "not YAML", where=where, why=" ".join(str(error).split())[:200]
        ) from error
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'file'}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise GatewayError(
            "the bureau's settings are wrong" + "".join(f"\n  - {line}" for line in lines),
            where=where, next_step="mend the lines above; docs/reference/bureau.md has every one",
        ) from error  # fmt: skip


def password_digest() -> str:
    """Return the SM3 digest of the password in the environment.

    Raises: GatewayError when there is none.
    """
    if not (password := os.environ.get(PASSWORD_VARIABLE)):
        raise GatewayError(
            "no password for the bureau", why="every message carries its digest",
            next_step=f"set {PASSWORD_VARIABLE}",
        )  # fmt: skip
    return sm3(password)
