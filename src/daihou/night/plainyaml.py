"""YAML that people write into a home, read only when it is small, flat and without references."""

from __future__ import annotations

from typing import Any

import yaml

LARGEST_TEXT = 1_000_000
DEEPEST = 40


def load_plain_yaml(text: str) -> Any:
    """Return the values written in ``text``.

    Raises: yaml.YAMLError when it is no YAML; also when it is longer than a million signs, nested
    deeper than 40 levels (the loader would run out of stack and end the process), or holds an
    alias (a few lines could stand for gigabytes).
    """
    if len(text) > LARGEST_TEXT:
        raise yaml.YAMLError(f"longer than {LARGEST_TEXT:,} signs")
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark is not None else 0
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"line {line}: references (*name) are not read here")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise yaml.YAMLError(f"line {line}: nested deeper than {DEEPEST} levels")
    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except ValueError as error:  # a day like 2023-02-30 where a day is written
        raise yaml.YAMLError(f"a value cannot be read: {error}") from error
