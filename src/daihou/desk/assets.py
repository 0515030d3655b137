"""Files that pages carry inside themselves, and the hash that lets one script run."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources


def asset(package: str, name: str) -> str:
    """Return the text of an asset of a package, safe to stand inside its own tag."""
    text = (resources.files(package) / "assets" / name).read_text(encoding="utf-8")
    assert "</script" not in text and "</style" not in text, "an asset would end its own tag"
    return text


def script_digest(script: str) -> str:
    """Return the hash by which a page's own security policy lets this one script run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
