"""The address of the operations database: two kinds, clear refusals, no password on the screen."""

import pytest

from daihou.errors import OpsError
from daihou.ops import database_url, open_operations


@pytest.mark.parametrize("url", ["", "mysql://x/y", "sqlite://", "postgresql://host", "file.db"])
def test_an_address_of_another_kind_is_refused(url):
    with pytest.raises(OpsError, match="not an address"):
        open_operations(url)


def test_a_server_that_does_not_answer_is_named_without_its_password():
    with pytest.raises(OpsError) as refusal:
        open_operations("postgresql://u:secret@127.0.0.1:1/none")
    assert "does not answer" in refusal.value.message
    assert "secret" not in refusal.value.message


def test_the_default_is_a_file_beside_the_home(tmp_path, monkeypatch):
    monkeypatch.delenv("DAIHOU_DATABASE_URL", raising=False)
    assert database_url(tmp_path) == f"sqlite:///{tmp_path / 'ops.sqlite3'}"
    monkeypatch.setenv("DAIHOU_DATABASE_URL", "postgresql://h/n")
    assert database_url(tmp_path) == "postgresql://h/n"
