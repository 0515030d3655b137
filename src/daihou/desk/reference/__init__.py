"""The reference pages, made from the code itself, so that they cannot say something else."""

from daihou.desk.reference.pages import reference_pages

__all__ = ["reference_pages"]
