"""Why one account stands as it does: facts, law article, signals, rules, and what turns them.

The customer's part of the night is run again from what that night read, and every result is judged
a second time in plain Python. Where published rows, second run and second judge disagree, the
explanation says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from daihou.contracts import RESULTS
from daihou.desk.judged import Case, Decided
from daihou.desk.labels import Words
from daihou.desk.look import Look, title_of
from daihou.desk.privacy import cover
from daihou.desk.shapes import Explanation
from daihou.desk.timeline import Subject, ledger_of, timeline_of
from daihou.errors import NotFound
from daihou.jobs.home import Home
from daihou.jobs.night import night_of
from daihou.jobs.single import Row, Single, account_rows, published_rows, single_night
from daihou.kernel import SubjectKind, Verdict
from daihou.lake import Entry
from daihou.law import ClassReason
from daihou.policy import FiredRule
from daihou.signals import Signal, SignalReason
from daihou.signals.compile import LARGEST_VALUE


def explain_account(look: Look, account_id: str, as_of: date | None) -> Explanation:
    """Return everything that explains one account on one night (the last one by default).

    Amounts and evidence are covered unless the look is unmasked.
    Raises: NotFound saying whether the account is unknown, not yet opened, or closed by then;
    LakeError when retention deleted what the night read.
    """
    home = look.open(f"explain {account_id}")
    entry = night_of(home.lake, as_of)
    published = published_rows(home, entry, account_id)
    if not published["account_day"]:
        raise _not_there(home, entry, account_id)
    row = published["account_day"][0]
    single = single_night(home, entry, row["customer_id"])
    case = Case.of(single, account_id, look.unmask)
    subject = Subject(case.state, single.as_of, not look.unmask)
    ledger = ledger_of(subject, single.known, single.settings.book)
    told = [*case.signals()]
    decided = [*case.decided()]
    unknown = (row["unknown_signals"], published["customer_day"][0]["unknown_signals"])
    problems = [
        *_rerun_problems(single, published, case),
        *_class_problems(row, case.reason),
        *_ledger_problems(row, ledger.oldest_unpaid_on(single.as_of), single.as_of),
        *_signal_problems(told, published["signal_day"], unknown),
        *_decision_problems(decided, published["decision_day"]),
    ]
    contract = RESULTS["account_day"]
    return Explanation(
        book=title_of(home),
        as_of=single.as_of,
        account_id=account_id,
        state={
            name: value if look.unmask else cover(contract.column(name), value)
            for name, value in row.items()
        },
        timeline=timeline_of(subject, single.known, single.history, ledger),
        asset_class=case.class_line(),
        signals=tuple(case.signal_line(s, reason) for s, reason in told if reason.verdict),
        decisions=tuple(case.decision_lines(decided)),
        policy_version=entry.note["policies"].get("champion", ""),
        problems=tuple(problems),
        masked=not look.unmask,
    )


def _not_there(home: Home, entry: Entry, account_id: str) -> NotFound:
    """Return why an account is not in a night: unknown, not yet, closed, another currency."""
    day = entry.as_of
    assert day is not None, "a night has a day"
    rows = account_rows(home, entry, account_id)
    if not rows:
        return NotFound(
            f"no account {account_id!r}", where=f"the facts of the night of {day}",
            next_step="look it up with `daihou show account`",
        )  # fmt: skip
    then = [r for r in rows if r["recorded_on"] <= day and r["opened_on"] <= day]
    if not then:
        first = min(max(r["opened_on"], r["recorded_on"]) for r in rows)
        return NotFound(
            f"account {account_id!r} was not open yet on {day}: first known on {first}",
            next_step=f"ask for a night from {first} on",
        )
    last = then[-1]
    if last["closed_on"] is not None and last["closed_on"] <= day:
        return NotFound(
            f"account {account_id!r} was closed on {last['closed_on']}, before the night of {day}"
            if last["closed_on"] < day
            else f"account {account_id!r} was closed on {day}, the day of the night",
            next_step=f"ask for a night before {last['closed_on']}",
        )
    if last["currency"] != home.book.currency:
        return NotFound(
            f"account {account_id!r} is in {last['currency']}, the book in {home.book.currency}",
            why="a night leaves out what is not in the currency of the book (check K006)",
        )
    return NotFound(
        f"account {account_id!r} is in the facts but not in the night of {day}",
        next_step="this is a fault in Daihou: keep the home and report it",
    )


def _differs(name: str, published: object, told: object) -> Words:
    return Words(
        f"{name}：公布值为{published}，独立推算为{told}",
        f"{name}: published {published}, judged apart {told}",
    )


def _class_problems(row: Row, reason: ClassReason) -> Iterator[Words]:
    """Yield where the published class or stage is not what the plain judge says."""
    judged = (
        ("asset_class", reason.asset_class),
        ("class_rule", reason.rule_id),
        ("stage", reason.stage),
    )
    for name, value in judged:
        if row[name] != value:
            yield _differs(name, row[name], value)


def _rerun_problems(single: Single, published: Mapping[str, Sequence[Row]], case: Case
                    ) -> Iterator[Words]:  # fmt: skip
    """Yield where the night run again does not give the published rows."""
    if not single.same_program:
        yield Words(
            "程序自该夜公布后已变更，以下为现行程序的解释",
            "the program has changed since the night was published: this is today's reading",
        )
    ids = {kind.value: case.subject_id(kind) for kind in SubjectKind}
    for table, rows in published.items():
        again = [row for row in single.made[table] if _is_about(row, table, ids)]
        if sorted(map(repr, again)) == sorted(map(repr, rows)):
            continue
        pairs = zip(rows, again, strict=True) if len(rows) == len(again) else ()
        names = sorted({n for one, two in pairs for n in one if one[n] != two.get(n)})
        which = ", ".join(names) or f"{len(rows)} → {len(again)}"
        yield Words(
            f"{table}：重算与公布不一致（{which}）",
            f"{table}: run again it is not what was published ({which})",
        )


def _is_about(row: Row, table: str, ids: Mapping[str, str]) -> bool:
    if table in {"account_day", "customer_day"}:
        kind = table.removesuffix("_day")
        return bool(row[f"{kind}_id"] == ids[kind])
    return bool(row["subject_id"] == ids[row["subject_kind"]])


def _ledger_problems(row: Row, oldest: date | None, as_of: date) -> Iterator[Words]:
    if row["dpd_basis"] == "allocated":
        days = (as_of - oldest).days if oldest else 0
        if days != row["dpd"]:
            yield _differs("dpd", row["dpd"], days)


def _signal_problems(
    told: Sequence[tuple[Signal, SignalReason]], published: Sequence[Row],
    unknown_signals: tuple[str | None, str | None],
) -> Iterator[Words]:  # fmt: skip
    """Yield signals on which published rows and the plain judge disagree."""
    hits = {(row["subject_kind"], row["signal_id"]): (row["level"], row["value"])
            for row in published}  # fmt: skip
    judged = {
        (signal.subject.value, signal.id): (reason.level, _fitted(reason.value))
        for signal, reason in told
        if reason.verdict is Verdict.HIT
    }
    for key in sorted(hits.keys() | judged.keys()):
        if hits.get(key) != judged.get(key):
            yield _differs(key[1], hits.get(key), judged.get(key))
    for kind, listed in zip(SubjectKind, unknown_signals, strict=True):
        judged_unknown = ",".join(
            signal.id for signal, reason in told
            if reason.verdict is Verdict.UNKNOWN and signal.subject is kind
        )  # fmt: skip
        if (listed or "") != judged_unknown:
            yield _differs(f"{kind.value} unknown_signals", listed, judged_unknown)


def _fitted(value: int | None) -> int | None:
    return None if value is None else max(min(value, LARGEST_VALUE), -LARGEST_VALUE)


def _decision_problems(decided: Sequence[Decided], published: Sequence[Row]) -> Iterator[Words]:
    """Yield decisions on which published rows and the plain judge disagree."""
    rows = {
        (r["subject_kind"], r["treatment"], r["arm"]):
        (r["rule_id"], r["level"], r["amount_minor"], r["reasons"])
        for r in published
    }  # fmt: skip
    judged = {}
    for one in decided:
        fired = [rule for rule in one.rules if isinstance(rule, FiredRule)]
        for rule in fired:
            if rule.wins:
                codes = [r.reason_code for r in fired if r.treatment is rule.treatment]
                judged[one.kind.value, rule.treatment.value, one.arm] = (
                    rule.rule_id, rule.level, rule.amount_minor, ";".join(codes),
                )  # fmt: skip
    for key in sorted(rows.keys() | judged.keys()):
        if rows.get(key) != judged.get(key):
            yield _differs("/".join(key), rows.get(key), judged.get(key))
