"""Tells Django that this room is one application."""

from __future__ import annotations

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """The application of operations."""

    name = "daihou.ops"
    label = "ops"
    verbose_name = "Operations 运营"
