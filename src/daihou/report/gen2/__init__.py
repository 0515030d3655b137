"""Second-generation credit reports as lenders receive them: XML or JSON, in any wrapping."""

from __future__ import annotations

from daihou.report.gen2.envelope import sniff_gen2
from daihou.report.gen2.reader import read_gen2

__all__ = ["read_gen2", "sniff_gen2"]
