"""Operations: what nights ask for and people decide, entered once, with events in a hash chain."""

from daihou.ops.database import database_url, open_operations

__all__ = ["database_url", "open_operations"]
