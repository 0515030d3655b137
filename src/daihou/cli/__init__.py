"""The command line: thin commands, each one call into the jobs and one view of its answer."""

from daihou.cli import nights
from daihou.cli.base import app
from daihou.cli.door import main

__all__ = ["app", "main", "nights"]
