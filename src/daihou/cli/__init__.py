"""The command line: thin commands, each one call into the jobs and one view of its answer."""

from daihou.cli import calc, nights, read
from daihou.cli.base import app
from daihou.cli.door import main

__all__ = ["app", "calc", "main", "nights", "read"]
