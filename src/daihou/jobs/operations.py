"""The operations database of a home, opened with the key in the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from daihou.jobs.home import Home, open_home
from daihou.lake.vault import KEY_VARIABLE, key_from_text
from daihou.ops import database_url, open_operations

if TYPE_CHECKING:
    from daihou.ops.store import Operations


def operations_of(home: Home) -> Operations:
    """Return the operations database of a home; without a key no answer can be kept or read.

    Raises: OpsError when the database does not answer; HomeError when the key is no key.
    """
    told = os.environ.get(KEY_VARIABLE)
    return open_operations(database_url(home.root), key_from_text(told) if told else None)


def open_both(root: Path) -> tuple[Home, Operations]:
    """Return the home in ``root`` and its operations.

    Raises: HomeError, OpsError.
    """
    home = open_home(root)
    return home, operations_of(home)
