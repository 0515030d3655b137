"""The page of every setting of a book, read from the models that check it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from daihou.desk.reference.markdown import coded, table
from daihou.night.book import Book
from daihou.night.loss import LossRates

Schema = Mapping[str, Any]


def setting_lines() -> Iterator[str]:
    """Return the lines of the page of settings."""
    yield "# Settings of a book 账本设置"
    yield ""
    yield (
        "Every key of `book.yaml` and of the file of default rates that it names. An unknown key "
        "is refused. A dot goes into a group: `brakes.line_cuts_max` is the key `line_cuts_max` "
        "under `brakes:`; `[]` marks a list of groups."
    )
    for title, model in (("book.yaml", Book), ("loss_rates.yaml", LossRates)):
        about = (model.__doc__ or "").split("\n\n")[0]
        yield from ("", f"## {title}", "", " ".join(about.split()))
        yield from table(("setting", "value", "default", "meaning"), settings_of(model))


def settings_of(model: type[BaseModel]) -> Iterator[tuple[str, str, str, str]]:
    """Return (setting, value, default, meaning) of each key of a model, groups followed."""
    schema = model.model_json_schema()
    yield from _walk(schema, schema.get("$defs", {}), "")


def _walk(schema: Schema, known: Schema, path: str) -> Iterator[tuple[str, str, str, str]]:
    for name, raw in schema["properties"].items():
        inner = _group(raw, known)
        needed = name in schema.get("required", ())
        default = "required" if needed else _default(raw, has_keys=inner is not None)
        meaning = raw.get("description") or (inner or {}).get("description", "")
        yield f"`{path}{name}`", _value(raw, known), default, " ".join(meaning.split())
        if inner is not None:
            mark = "[]" if raw.get("type") == "array" else ""
            yield from _walk(inner, known, f"{path}{name}{mark}.")


def _default(raw: Schema, *, has_keys: bool) -> str:
    if has_keys or "default" not in raw:
        return "–"
    value = raw["default"]
    return "–" if value in ("", [], {}) else f"`{json.dumps(value, ensure_ascii=False)}`"


def _group(raw: Schema, known: Schema) -> Schema | None:
    """Return the schema of a group of keys, alone or in a list, or None for a plain value."""
    part = raw.get("items") or raw
    part = known[part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else part
    return part if "properties" in part else None


def _value(raw: Schema, known: Schema) -> str:
    if "$ref" in raw:
        raw = known[raw["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in raw:
        return " or ".join(_value(part, known) for part in raw["anyOf"])
    if "enum" in raw:
        return coded(raw["enum"])
    kind = raw.get("type", "")
    if kind == "array":
        return f"list of {_value(raw.get('items') or raw['prefixItems'][0], known)}"
    if kind == "object":
        return "group" if "properties" in raw else f"{_key(raw)}: {_inside(raw, known)}"
    word = {"string": "text", "integer": "whole number", "boolean": "`true`, `false`"}.get(
        kind, kind or "any"
    )
    if raw.get("format") == "date":
        word = "day"
    if "pattern" in raw:
        word += f" like `{raw['pattern']}`"
    return word + _bounds(raw)


def _key(raw: Schema) -> str:
    names = raw.get("propertyNames", {})
    return "by product" if "$ref" in names else "by name"


def _inside(raw: Schema, known: Schema) -> str:
    inside = raw.get("additionalProperties", True)
    return "any" if inside is True else _value(inside, known)


def _bounds(raw: Schema) -> str:
    ends = []
    if "minimum" in raw:
        ends.append(f"from {raw['minimum']:,}")
    if "maximum" in raw:
        ends.append(f"to {raw['maximum']:,}")
    if "exclusiveMaximum" in raw:
        ends.append(f"below {raw['exclusiveMaximum']:,}")
    return " " + " ".join(ends) if ends else ""
