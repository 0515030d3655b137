"""The command line: thin commands, each one call into the jobs and one view of its answer."""

from daihou.cli import bureau, calc, close, deliver, inquiries, nights, read, rehearse, staff
from daihou.cli.base import app
from daihou.cli.door import main

__all__ = [
    "app",
    "bureau",
    "calc",
    "close",
    "deliver",
    "inquiries",
    "main",
    "nights",
    "read",
    "rehearse",
    "staff",
]
