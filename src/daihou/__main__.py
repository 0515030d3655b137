"""Run the command line with ``python -m daihou``."""

from daihou.cli import main

main()
