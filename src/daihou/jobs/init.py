"""Make a home: configuration, policies, mappings, a lender's files to land, an empty lake."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from daihou.engines import disk_errors
from daihou.errors import HomeError
from daihou.examples.bank import write_bank
from daihou.jobs.home import Home, Progress, open_home
from daihou.lake import Lake

EXAMPLES = ("auto", "cards", "bank")
"""Books that ship: two of real accounts, one simulated bank."""


@dataclass(frozen=True, slots=True)
class BankSize:
    """How large a simulated bank is made; ``identities`` gives invented names and numbers.

    Names land only where a key to seal them is set. 0 accounts write no inbox.
    """

    accounts: int = 10_000
    seed: int = 1
    identities: bool = False


def init_home(
    root: Path,
    *,
    example: str,
    bank: BankSize = BankSize(),
    on_progress: Progress | None = None,
) -> Home:
    """Return a new home in ``root`` with the files of an example.

    Raises: HomeError when ``root`` is not empty or the example is unknown; DiskError.
    """
    if example not in EXAMPLES:
        raise HomeError(f"no example {example!r}", next_step=f"use one of {', '.join(EXAMPLES)}")
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise HomeError(
            "the folder is not empty", where=str(root), why="a home would mix with other files",
            next_step="choose a new folder",
        )  # fmt: skip
    shipped = resources.files("daihou.examples")
    with disk_errors(root):
        (root / "policy").mkdir(parents=True)
        for policy in (shipped / "policies").iterdir():
            if policy.name.endswith(".yaml"):
                _copy(policy, root / "policy" / policy.name)
        if example == "bank":
            _copy(shipped / "bank_loss_rates.yaml", root / "loss_rates.yaml")
            _copy(resources.files("daihou.inquiry") / "rules.yaml", root / "asking.yaml")
            _copy(resources.files("daihou.inquiry") / "alarms.yaml", root / "alarms.yaml")
            _copy(shipped / "bank_bureau.yaml", root / "bureau.yaml")
            tell = None if on_progress is None else partial(on_progress, example)
            write_bank(root, bank.accounts, bank.seed, on_progress=tell, identities=bank.identities)
        else:
            for item in (shipped / example).iterdir():
                if not item.name.startswith("__") and not item.name.endswith(".py"):
                    _copy(item, root / item.name)
        Lake.create(root / "lake")
    return open_home(root)


def _copy(source: Traversable, target: Path) -> None:
    if source.is_dir():
        target.mkdir(exist_ok=True)
        for item in source.iterdir():
            _copy(item, target / item.name)
    else:
        target.write_bytes(source.read_bytes())
