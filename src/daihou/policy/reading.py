"""From the text of a policy file to a policy, or all that is wrong with it, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from daihou.errors import PolicyError
from daihou.policy.model import Policy

LARGEST_TEXT = 1_000_000
DEEPEST = 60

_WHY = "No night runs on a policy that can be read in two ways"
_NEXT = "Mend the lines named and check the policy again"


def parse_policy(text: str, where: str) -> Policy:
    """Return the policy written in ``text``; ``where`` is the file's name for messages.

    Raises: PolicyError listing every structural problem with its line.
    """
    root = _compose(text, where)
    problems: list[str] = []
    _find_doubles(root, problems)
    try:
        policy = Policy.model_validate(yaml.SafeLoader("").construct_document(root))
    except ValidationError as error:
        problems += [_told(item, root) for item in error.errors() if not _is_echo(item)]
        raise _refused(problems, where) from None
    except (yaml.YAMLError, ValueError) as error:
        problems.append(f"a value cannot be read: {' '.join(str(error).split())}")
        raise _refused(problems, where) from None
    if problems:
        raise _refused(problems, where)
    return policy


def _refused(problems: Sequence[str], where: str) -> PolicyError:
    return PolicyError("the policy file is wrong", problems, where=where, why=_WHY, next_step=_NEXT)


def _compose(text: str, where: str) -> yaml.Node:
    if len(text) > LARGEST_TEXT:
        raise _refused([f"longer than {LARGEST_TEXT} characters"], where)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = (event.start_mark.line if event.start_mark else 0) + 1
            if isinstance(event, yaml.AliasEvent):
                # An alias lets a small text stand for a huge one, and hides what a rule says.
                raise _refused([f"line {line}: aliases (*name) are not read here"], where)
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST:
                    raise _refused([f"line {line}: nested deeper than {DEEPEST} levels"], where)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _refused([f"not YAML: {' '.join(str(error).split())}"], where) from None
    if not isinstance(root, yaml.MappingNode):
        raise _refused(["a policy is a mapping that begins with name:"], where)
    return root


def _find_doubles(node: yaml.Node, problems: list[str]) -> None:
    """Collect keys written twice: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                problems.append(f"line {key.start_mark.line + 1}: a key must be one word")
                continue
            if key.value in seen:
                problems.append(f"line {key.start_mark.line + 1}: {key.value!r} is written twice")
            seen.add(key.value)
            _find_doubles(value, problems)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _find_doubles(item, problems)


def _is_echo(error: Any) -> bool:
    """Tell whether a list is called too short only because its entries are wrong themselves."""
    return error["type"] == "too_short" and bool(error["input"])


def _told(error: Any, root: yaml.Node) -> str:
    """Return one Pydantic problem as ``line 12: rules[3].when.op: …``."""
    node: yaml.Node = root
    path = ""
    for step in error["loc"]:
        inner = _step(node, step)
        if inner is None:
            # Tags of a union stand in the path but not in the file; a missing key does too.
            continue
        node = inner
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    if error["type"] == "missing":
        path += f".{error['loc'][-1]}" if path else str(error["loc"][-1])
    said = error["msg"].removeprefix("Value error, ")
    given = error.get("input")
    shown = f" (read: {given!r})" if isinstance(given, (str, int, float, bool)) else ""
    return f"line {node.start_mark.line + 1}: {path or 'the file'}: {said}{shown}"


def _step(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((v for k, v in node.value if getattr(k, "value", None) == str(step)), None)
    return None
