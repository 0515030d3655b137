"""Open a home's staff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from daihou.jobs.operations import open_both

if TYPE_CHECKING:
    from daihou.ops.staff import Staff


def open_staff(root: Path) -> Staff:
    """Return the staff of a home; the operations database is made when there is none.

    Raises: HomeError, OpsError.
    """
    open_both(root)
    # Django's tables can be named only after it has been told of its database.
    from daihou.ops.staff import Staff

    return Staff()
