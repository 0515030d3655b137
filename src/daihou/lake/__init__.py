"""The lake: dated Parquet files under one small log; a night appears whole or not at all."""

from daihou.lake.entry import Area, DataFile, Entry, EntryKind, StagedFile
from daihou.lake.lake import Lake, content_hash

__all__ = ["Area", "DataFile", "Entry", "EntryKind", "Lake", "StagedFile", "content_hash"]
