"""The command line: thin commands, each one call into the jobs and one view of its answer."""

from daihou.cli import bureau, calc, nights, read
from daihou.cli.base import app
from daihou.cli.door import main

__all__ = ["app", "bureau", "calc", "main", "nights", "read"]
