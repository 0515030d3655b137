"""The doors to the engines that run SQL: only these files import them."""

from daihou.engines.duckdb import connect, disk_errors

__all__ = ["connect", "disk_errors"]
