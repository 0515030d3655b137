"""Every reference page: contracts, law, signals, policies, fields, and those of their own files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import typer
import yaml

from daihou import law, signals
from daihou.clinic import load_sentences
from daihou.clinic.page import reference_page as clinic_page
from daihou.contracts import EVENT_KINDS, FACTS, RESULTS, Column, Contract
from daihou.desk.labels import column_label, value_label
from daihou.desk.reference.asking import asking_lines, bureau_lines
from daihou.desk.reference.commands import command_lines
from daihou.desk.reference.markdown import coded, page, table
from daihou.desk.reference.problems import problem_lines
from daihou.desk.reference.settings import setting_lines
from daihou.jobs.home import shipped_texts
from daihou.kernel import SubjectKind
from daihou.policy import FIELDS, describe_policy, parse_policy


def reference_pages(app: typer.Typer) -> dict[str, str]:
    """Return every generated page: file name to Markdown text, the same for the same code."""
    pages: dict[str, Iterable[str]] = {
        "cli.md": command_lines(app),
        "contracts.md": _contracts(),
        "law.md": _law(),
        "signals.md": _signals(),
        "fields.md": _fields(),
        "book.md": setting_lines(),
        "problems.md": problem_lines(),
        "asking.md": asking_lines(),
        "bureau.md": bureau_lines(),
        "clinic.md": _clinic(),
    }
    for name, text in shipped_texts("daihou.examples.policies", ".yaml").items():
        pages[f"policy-{name.removesuffix('.yaml')}.md"] = _policy(text, name)
    return {name: page(lines) for name, lines in pages.items()}


def _clinic() -> Iterator[str]:
    yield from clinic_page(load_sentences(shipped_texts("daihou.clinic", ".yaml"))).splitlines()


def _contracts() -> Iterator[str]:
    yield "# Contracts 数据契约"
    yield ""
    yield (
        "Money is a whole number of the currency's minor unit (分, cent), rates and shares are "
        "basis points (1 bp = 0.01 %). A column that does not say what null means may not be null. "
        "Privacy: `identifying` columns are sealed on disk and masked on screen, `personal` ones "
        "are masked on screen, `business` ones are shown."
    )
    for title, contracts in (("Facts 事实表", FACTS), ("Results 结果表", RESULTS)):
        yield from ("", f"## {title}", "")
        yield " · ".join(f"[`{name}`](#{name}-{c.zh})" for name, c in contracts.items())
        for contract in contracts.values():
            yield from _contract(contract)
    yield "## Kinds of external event 外部事件类型"
    yield from table(
        ("kind", "名称 · name", "meaning"),
        (
            (f"`{kind}`", _named("kind", kind, "external_event"), meaning)
            for kind, meaning in EVENT_KINDS.items()
        ),
    )


def _named(column: str, value: str, name: str) -> str:
    words = value_label(column, value, name)
    return f"{words.zh} · {words.en}"


def _contract(contract: Contract) -> Iterator[str]:
    yield from ("", f"### {contract.name} {contract.zh}", "")
    yield f"One row: {contract.grain}. Key: {coded(contract.key)}."
    if contract.dated_by:
        counts = "the newest row counts (a state)" if contract.latest_by_key else "each row counts"
        yield f"Dated by `{contract.dated_by}`; {counts}."
    heads = ("column", "名称 · name", "type", "meaning", "null means", "privacy", "values, bounds")
    yield from table(heads, (_column(column, contract.name) for column in contract.columns))
    for code, sql, message in contract.row_rules:
        yield f"- `{code}` {message}: refused unless `{sql}`"


def _column(column: Column, contract: str) -> tuple[str, ...]:
    label = column_label(column.name)
    kind = f"{column.kind.value}, {column.unit}" if column.unit else column.kind.value
    limits = ""
    if (contract, column.name) == ("external_event", "kind"):
        limits = "see the list below"
    elif column.allowed:
        limits = "<br>".join(
            f"`{value}` {value_label(column.name, value, contract).zh}" for value in column.allowed
        )
    elif column.at_least is not None or column.at_most is not None:
        limits = f"{column.at_least} to {column.at_most}"
    return (
        f"`{column.name}`", f"{label.zh} · {label.en}", kind, column.meaning,
        column.null_means or "–", column.privacy.value, limits,
    )  # fmt: skip


def _law() -> Iterator[str]:
    texts = shipped_texts("daihou.law", ".yaml")
    packs: list[dict[str, Any]] = [yaml.safe_load(text) for text in texts.values()]
    values = [(p, value) for pack in packs for p in pack["parameters"] for value in p["values"]]
    # The first day on which everything that ships is in force: today would change the page daily.
    on: date = max(
        [pack["in_force_from"] for pack in packs] + [value["from"] for _, value in values]
    )
    yield law.reference_page(law.resolve_law(texts, [pack["pack"] for pack in packs], on))
    ended = [
        (f"`{p['id']}`", value["value"], value["from"], value["to"])
        for p, value in values
        if value.get("to") is not None and value["to"] < on
    ]
    if ended:
        yield "## 已失效的值 · Values no longer in force"
        yield from table(("id", "值 · value", "自 · from", "至 · to"), ended)


def _signals() -> Iterator[str]:
    texts = shipped_texts("daihou.signals.catalogue", ".yaml")
    yield signals.reference_page(signals.load_catalogue(texts))


def _fields() -> Iterator[str]:
    yield "# What rules and signals may read 规则与信号可读的字段"
    yield ""
    yield "A [policy](../policy.md) reads *fields*; a [signal](signals.md) reads *features*."
    for subject in SubjectKind:
        yield from ("", f"## Fields of a policy: {subject.value}")
        yield from table(
            ("field", "名称 · name", "type", "values"),
            (
                (f"`{f.name}`", f"{f.zh} · {f.en}", f.kind.value, coded(f.allowed))
                for f in FIELDS[subject].values()
            ),
        )
        yield f"## Features of a signal: {subject.value}"
        yield from table(
            ("feature", "名称 · name", "type", "unknown unless landed"),
            (
                (f"`{f.name}`", f"{f.zh} · {f.en}", f.kind.value, coded(f.facts) or "–")
                for f in signals.FEATURES[subject].values()
            ),
        )


def _policy(text: str, name: str) -> Iterator[str]:
    policy = parse_policy(text, name)
    yield f"# {policy.title.zh} · {policy.title.en}"
    yield ""
    yield f"`policy/{name}` of every new home. How a policy is written: [policy](../policy.md)."
    for lang in ("zh", "en"):
        yield ""
        # One level down: the page has a title of its own.
        for line in describe_policy(policy, lang).splitlines():
            yield f"#{line}" if line.startswith("#") else line
