"""The server process of the tests: STATE [--batch DIR] [--hours 8-20] [--per-minute N]."""

from __future__ import annotations

import sys
from pathlib import Path

from daihou.gateways.simulator import serve
from tests.unit.gateways.simulator.kit import FewPeople, listening, rules


def main() -> None:
    """Serve until stopped."""
    state, *rest = sys.argv[1:]
    told = dict(zip(rest[::2], rest[1::2], strict=True))
    first, _, last = told.get("--hours", "0-24").partition("-")
    asked = rules((int(first), int(last)), int(told.get("--per-minute", "100000")))
    batch = Path(told["--batch"]) if "--batch" in told else None
    serve(listening(Path(state), batch), asked, FewPeople(),
          lambda url: print(f"listening {url}", flush=True))  # fmt: skip


if __name__ == "__main__":
    main()
