"""What the calculators found, at the terminal: tables, bars, sentences, in two languages."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from daihou.desk.calc_words import KEEP, METHODS, SEVERITY, STANDING, WORDS
from daihou.kernel import format_minor
from daihou.loanmath.afford import Affordability
from daihou.loanmath.offer import OfferCheck
from daihou.loanmath.prepay import FeePlanResult, Keep, PrepaymentResult
from daihou.loanmath.rates import YearlyRate
from daihou.loanmath.reprice import Repriced
from daihou.loanmath.schedule import Row, Schedule
from daihou.loanmath.true_rate import Cost, TrueRate
from daihou.loanmath.words import Standing

SHOWN_WHOLE = 60
"""A longer schedule is shown a year a line."""
_BAR = 16


def money(amount_minor: int) -> str:
    """Return an amount in yuan with thousands separators."""
    return format_minor(amount_minor, "CNY")


def percent(rate: YearlyRate, digits: int = 2) -> str:
    """Return a rate in per cent."""
    return f"{rate.percent(digits):,} %"


def schedule_view(plan: Schedule, lang: str, *, whole: bool) -> RenderableType:
    """Return a schedule: totals, then its rows with a bar of interest and principal."""
    loan, words, rows = plan.loan, WORDS[lang], plan.rows
    head = _facts(
        (words["method"], METHODS[loan.method][lang]),
        (words["rate"], percent(loan.rate)),
        (words["first"], money(rows[0].payment_minor)),
        (words["last"], money(rows[-1].payment_minor)),
        (words["interest"], money(plan.interest_minor)),
        (words["total"], money(plan.paid_minor)),
    )
    return Group(head, "", rows_table(rows, lang, per_year=loan.frequency.per_year, whole=whole))


def rows_table(rows: Sequence[Row], lang: str, *, per_year: int, whole: bool) -> RenderableType:
    """Return rows as a table; more than SHOWN_WHOLE of them a year a line unless ``whole``."""
    words = WORDS[lang]
    grouped = len(rows) > SHOWN_WHOLE and not whole
    table = _table(words["no"], words["due_on"], *(words[n] for n in (
        "payment", "principal", "interest_part", "balance")), "")  # fmt: skip
    size = per_year if grouped else 1
    groups = [rows[at : at + size] for at in range(0, len(rows), size)]
    sums = [[sum(column) for column in zip(*(r[2:5] for r in group), strict=True)]
            for group in groups]  # fmt: skip
    most = max((abs(payment) for payment, _, _ in sums), default=0)
    for group, (payment, principal, interest) in zip(groups, sums, strict=True):
        first, last = group[0], group[-1]
        numbers = f"{first.no}" if size == 1 else f"{first.no}–{last.no}"
        table.add_row(
            numbers, str(last.due_on or ""), money(payment), money(principal), money(interest),
            money(last.balance_minor), _bar(principal, interest, most),
        )  # fmt: skip
    key = Text.assemble(("▒", "yellow"), f" {words['interest_part']}  ", ("█", "green"),
                        f" {words['principal']}")  # fmt: skip
    notes = [_dim(words["grouped"])] if grouped else []
    return Group(table, key, *notes)


def prepay_view(results: Sequence[tuple[Keep, PrepaymentResult]], lang: str) -> RenderableType:
    """Return early repayments side by side, then what to know."""
    words = WORDS[lang]
    table = _table("", *(KEEP[keep][lang] for keep, _ in results))
    first = results[0][1]
    lines = [
        ("repaid", [money(r.amount_minor) for _, r in results]),
        ("accrued", [money(r.accrued_minor) for _, r in results]),
        ("balance_after", [money(r.balance_after_minor) for _, r in results]),
        ("payment_after", [money(r.payment_with_minor) for _, r in results]),
        ("periods_after", [f"{r.periods_left_with} / {r.periods_left_without}"
                           for _, r in results]),
        ("interest_without", [money(r.interest_left_without_minor) for _, r in results]),
        ("interest_with", [money(r.interest_left_with_minor) for _, r in results]),
        ("saved", [money(r.saved_interest_minor) for _, r in results]),
        ("penalty", [money(r.penalty_minor) for _, r in results]),
        ("income_lost", [money(r.income_lost_minor) for _, r in results]),
        ("net", [money(r.net_minor) for _, r in results]),
        ("net_now", [money(r.net_now_minor) for _, r in results]),
    ]  # fmt: skip
    for name, cells in lines:
        table.add_row(words[name], *cells, style="bold" if name in ("saved", "net") else None)
    head = _facts(
        (words["after"], str(first.after)),
        (words["balance"], money(first.balance_before_minor)),
        (words["interest_paid"], money(first.interest_paid_minor)),
    )
    return Group(head, "", table, "", _dim(words["prepay_note"]))


def fee_plan_view(result: FeePlanResult, lang: str) -> RenderableType:
    """Return what early repayment saves of a plan's fees."""
    words = WORDS[lang]
    told = words["fee_saved" if result.saved_minor else "fee_not_saved"]
    facts = _facts(
        (words["fees"], money(result.fees_minor)),
        (words["fees_paid"], money(result.fees_paid_minor)),
        (words["fees_due"], money(result.fees_still_due_minor)),
        (words["saved"], money(result.saved_minor)),
    )
    return Group(facts, "", Text(told, style="bold"))


def rate_view(rate: TrueRate, cost: Cost | None, lang: str) -> RenderableType:
    """Return a true yearly rate, and the whole cost where it is known."""
    words = WORDS[lang]
    facts = [(words["nominal"], percent(rate.nominal)), (words["effective"],
                                                         percent(rate.effective))]  # fmt: skip
    if cost is not None:
        facts += [(words["received"], money(cost.received_minor)),
                  (words["paid"], money(cost.paid_minor)),
                  (words["cost"], money(cost.cost_minor))]  # fmt: skip
    return Group(_facts(*facts), "", _dim(words["rate_note"]))


def conversion_view(rows: Sequence[tuple[str, YearlyRate, int]], lang: str) -> RenderableType:
    """Return a quoted rate as simple and compounded yearly rates, a line for each way to count."""
    words = WORDS[lang]
    table = _table(words["counted"], words["nominal"], words["effective"])
    for name, rate, times in rows:
        table.add_row(name, percent(rate, 3), percent(rate.compounded(times)))
    return table


def reprice_view(result: Repriced, lang: str, *, whole: bool) -> RenderableType:
    """Return every change of the rate, totals, and the rows."""
    words, plan = WORDS[lang], result.plan
    table = _table(words["from_on"], words["rate"], words["payment"], words["balance"],
                   words["change"])  # fmt: skip
    before = None
    for change in result.changes:
        moved = "" if before is None else f"{money(change.payment_minor - before)}"
        before = change.payment_minor
        table.add_row(str(change.on), percent(change.rate), money(change.payment_minor),
                      money(change.balance_minor), moved)  # fmt: skip
    facts = _facts((words["interest"], money(plan.interest_minor)),
                   (words["total"], money(plan.paid_minor)))  # fmt: skip
    rows = rows_table(plan.rows, lang, per_year=plan.loan.frequency.per_year, whole=whole)
    note = _dim(words["reprice_note"])
    return Group(table, "", facts, "", rows, note)


def afford_view(result: Affordability, lang: str) -> RenderableType:
    """Return shares of income against every line, with its source and grade."""
    words = WORDS[lang]
    table = _table(words["line"], words["limit"], words["before"], words["after_loan"],
                   words["stressed"], words["room"], words["grade"])  # fmt: skip
    notes = []
    for item in result.against:
        style = "red" if item.is_over else "yellow" if item.stressed > item.line.share else "green"
        table.add_row(
            item.line.zh if lang == "zh" else item.line.en, _share(item.line.share),
            _share(item.before), Text(_share(item.after), style=style), _share(item.stressed),
            money(item.room_minor), item.line.grade.value,
        )  # fmt: skip
        notes.append(_source(item.line.instrument, item.line.article, item.line.source))
    facts = _facts(
        (words["payment"], money(result.payment_minor)),
        (words["stressed_payment"], money(result.stressed_payment_minor)),
        (words["largest"], money(result.largest_amount_minor)),
    )
    told = _dim(words["afford_note"])
    return Group(facts, "", table, "", *map(_dim, dict.fromkeys(notes)), told)


def offer_view(check: OfferCheck, lang: str) -> RenderableType:
    """Return the true cost, reference lines, and warning signs with the law behind each."""
    words, parts = WORDS[lang], list[RenderableType]()
    if check.cost is not None:
        parts += [rate_view(check.cost.rate, check.cost, lang), ""]
        table = _table(words["line"], words["limit"], words["standing"], words["grade"])
        styles = {Standing.OVER: "red", Standing.DEPENDS: "yellow", Standing.BELOW: "green"}
        for item in check.lines:
            line = item.line.zh if lang == "zh" else item.line.en
            limit = percent(item.rate) if item.rate else words["unknown"]
            standing = Text(STANDING[item.standing][lang], style=styles.get(item.standing, ""))
            table.add_row(line, limit, standing, item.line.grade.value)
        parts += [table, ""] if check.lines else []
    for flag, evidence in check.raised:
        title = flag.zh if lang == "zh" else flag.en
        style = {"stop": "bold red", "warn": "bold yellow", "ask": "bold cyan"}[flag.severity]
        seen = f" ({evidence})" if evidence else ""
        parts += [
            Text.assemble((f"{SEVERITY[flag.severity][lang]} ", style), title, seen),
            Text("  " + (flag.tell_zh if lang == "zh" else flag.tell_en)),
            _dim(_source(flag.instrument, flag.article, f"{flag.source} [{flag.grade}]")),
        ]
    if not check.raised:
        parts.append(Text(words["no_flags"]))
    return Group(*parts, "", _dim(words["offer_note"]))


def _facts(*facts: tuple[str, str]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in facts:
        table.add_row(name, Text(value, style="bold"))
    return table


def _table(*heads: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left", overflow="fold")
    return table


def _bar(principal: int, interest: int, most: int) -> Text:
    if not most:
        return Text("")
    first = round(_BAR * max(interest, 0) / most)
    both = round(_BAR * max(interest + principal, 0) / most)
    return Text.assemble(("▒" * first, "yellow"), ("█" * max(both - first, 0), "green"))


def _share(share: Fraction) -> str:
    return percent(YearlyRate(share), 1)


def _source(instrument: str, article: str, source: str) -> str:
    return f"  {instrument} · {article} · {source}"


def _dim(text: str) -> Text:
    return Text(text, style="dim")
