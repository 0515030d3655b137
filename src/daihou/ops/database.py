"""Opens the operations database by its address: SQLite beside the home, or PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.utils import OperationalError

from daihou.errors import OpsError

if TYPE_CHECKING:
    from daihou.ops.store import Operations

URL_VARIABLE = "DAIHOU_DATABASE_URL"
_NEXT = f"set {URL_VARIABLE} to sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME"


def database_url(home: Path) -> str:
    """Return the address in the environment, else that of the SQLite file beside the home."""
    return os.environ.get(URL_VARIABLE) or f"sqlite:///{(home / 'ops.sqlite3').resolve()}"


def open_operations(url: str, key: bytes | None = None) -> Operations:
    """Make ``url`` the operations database of this process, its tables up to date; return it.

    ``key`` seals the bureau's answers; without it none can be kept.
    Raises: OpsError when the address is wrong or nobody answers there.
    """
    wanted = _settings_of(url)
    if not settings.configured:
        settings.configure(
            DATABASES={"default": wanted},
            INSTALLED_APPS=["daihou.ops"],
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
            USE_TZ=True,
            TIME_ZONE="UTC",
        )
        django.setup()
    elif _is_other(wanted):
        connections["default"].close()
        del connections["default"]
        connections.databases["default"] = connections.configure_settings({"default": wanted})[
            "default"
        ]
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        raise OpsError(
            "the operations database does not answer", where=_without_password(url),
            why=" ".join(str(error).split())[:200], next_step=_NEXT,
        ) from error  # fmt: skip
    # Django's tables can be named only after it has been told of its database.
    from daihou.ops.store import Operations

    return Operations(key)


def _is_other(wanted: dict[str, Any]) -> bool:
    now = connections.databases["default"]
    return any(now.get(key) != value for key, value in wanted.items())


def _settings_of(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and len(parts.path) > 1:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path),
            "OPTIONS": {
                # Writers queue instead of failing half-way, and a commit is on the disk.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"} and len(parts.path) > 1:
        options = dict(parse_qsl(parts.query))  # as libpq: host=SOCKET FOLDER, sslmode=…
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", unquote(parts.hostname or "")),
            "PORT": str(parts.port or ""),
            "OPTIONS": options,
        }
    raise OpsError("not an address of a database", where=_without_password(url), next_step=_NEXT)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":•••@") if parts.password else url
