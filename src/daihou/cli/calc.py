"""Calculators of a loan: what is due, what early repayment saves, what an offer really costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daihou.cli.base import JsonOption, LangOption, Language, app, show_answer
from daihou.cli.calc_words import charges as charges_of
from daihou.cli.calc_words import count as count_of
from daihou.cli.calc_words import dated, day, method_named, minor, share, signed_minor
from daihou.errors import LoanTermsError
from daihou.loanmath import Floating, Loan, Prepayment, YearlyRate, cost_of
from daihou.loanmath import prepay as prepay_loan
from daihou.loanmath import reprice as reprice_loan
from daihou.loanmath import schedule as schedule_of
from daihou.loanmath.dates import DayCount, Frequency
from daihou.loanmath.prepay import Keep, Penalty, compare_prepayments, prepay_fee_plan
from daihou.loanmath.reprice import ResetOn
from daihou.loanmath.schedule import MAX_PERIODS, Rounding, irregular_schedule
from daihou.loanmath.true_rate import TrueRate, dated_rate, periodic_rate
from daihou.loanmath.words import Lender

if TYPE_CHECKING:
    from daihou.loanmath.lines import References

calc = typer.Typer(
    name="calc",
    help="Calculators 计算器: schedule, early repayment, true yearly rate, repricing, "
    "affordability, and a check of an offer.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
app.add_typer(calc)

AmountOption = Annotated[
    str, typer.Option("--amount", metavar="YUAN", help="Amount, as 100000, 100,000.50 or 10万.")
]
RateOption = Annotated[
    str, typer.Option("--rate", metavar="PERCENT", help="Yearly rate in per cent, as 7.2.")
]
MonthsOption = Annotated[
    int, typer.Option("--months", min=1, max=MAX_PERIODS, help="Term in months.")
]
MethodOption = Annotated[
    str,
    typer.Option(
        "--method", metavar="METHOD",
        help="`equal_payment` 等额本息, `equal_principal` 等额本金, `interest_first` 先息后本, "
        "`bullet` 到期一次还本付息; the Chinese names work too.",
    ),
]  # fmt: skip
StartOption = Annotated[
    str | None, typer.Option("--start", metavar="DAY", help="Day of payout, as 2026-01-31.")
]
RoundingOption = Annotated[
    Rounding,
    typer.Option(help="Lines to the cent, as banks book them, or unrounded and shown so."),
]
AllOption = Annotated[bool, typer.Option("--all", help="Show every period of a long schedule.")]
CsvOption = Annotated[Path | None, typer.Option("--csv", help="Write the rows to this CSV file.")]
XlsxOption = Annotated[
    Path | None, typer.Option("--xlsx", help="Write the rows to this Excel file.")
]
UpfrontOption = Annotated[
    str, typer.Option("--upfront", metavar="YUAN", help="Fees and premiums paid on the first day.")
]
DeductedOption = Annotated[
    str, typer.Option("--deducted", metavar="YUAN", help="Kept back from the payout (砍头息).")
]
MonthlyFeeOption = Annotated[
    str,
    typer.Option(
        "--monthly-fee", metavar="PERCENT",
        help="Fee each period on the original amount, in per cent, as 0.6.",
    ),
]  # fmt: skip
PeriodFeeOption = Annotated[
    str, typer.Option("--period-fee", metavar="YUAN", help="Fee each period, in yuan.")
]
FreeOption = Annotated[
    int, typer.Option("--free", min=0, help="First periods without interest and fees (免息期).")
]


@calc.command("schedule")
def schedule(
    amount: AmountOption,
    rate: RateOption,
    months: Annotated[
        int | None, typer.Option(min=1, max=MAX_PERIODS, help="Term in months.")
    ] = None,
    method: MethodOption = "equal_payment",
    frequency: Annotated[Frequency, typer.Option(help="How often is paid.")] = Frequency.MONTHLY,
    periods: Annotated[
        int | None, typer.Option(min=1, max=MAX_PERIODS, help="Term in periods, instead.")
    ] = None,
    start: StartOption = None,
    first_due: Annotated[
        str | None, typer.Option(metavar="DAY", help="First due day, if not one period on.")
    ] = None,
    day_count: Annotated[
        DayCount, typer.Option(help="How days become a part of a year.")
    ] = DayCount.THIRTY_360,
    grace: Annotated[int, typer.Option(min=0, help="First periods with interest only.")] = 0,
    holiday: Annotated[
        list[int] | None, typer.Option(help="A period in which nothing is due.")
    ] = None,
    pay: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DAY=YUAN", help="A payment on a day; the last as DAY=rest. Makes it irregular."
        ),
    ] = None,
    rounding: RoundingOption = Rounding.CENT,
    whole: AllOption = False,
    csv: CsvOption = None,
    xlsx: XlsxOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Show what is due when, and how much of it is interest (还款计划).

    Example: `daihou calc schedule --amount 100000 --rate 7.2 --months 36 --method 等额本息`
    """
    from daihou.desk import calc_view as view
    from daihou.desk.calc_data import data_of, write_rows

    count = len(pay) if pay else count_of(months, periods, frequency)
    loan = Loan(
        minor(amount), YearlyRate.of_percent(rate), count, method_named(method), frequency,
        day(start), day(first_due), day_count, rounding, grace, frozenset(holiday or ()),
    )  # fmt: skip
    if pay:
        *some, last = [dated(text) for text in pay]
        if last[1] != "rest":
            raise LoanTermsError("the last --pay is not DAY=rest", next_step="add one, as the end")
        rows = irregular_schedule(loan, [(on, minor(text)) for on, text in some], last[0])
        shown = view.rows_table(rows, lang.value, per_year=12, whole=whole)
        data = {"interest_minor": rows[-1].interest_so_far_minor, "rows": data_of(rows)}
    else:
        plan = schedule_of(loan)
        rows, shown = plan.rows, view.schedule_view(plan, lang.value, whole=whole)
        data = data_of(loan) | data_of(plan)
    for path in (csv, xlsx):
        if path is not None:
            write_rows(rows, path, lang.value)
    show_answer(data, shown, as_json)


@calc.command("prepay")
def prepay(
    amount: AmountOption,
    months: MonthsOption,
    rate: RateOption = "0",
    method: MethodOption = "equal_payment",
    start: StartOption = None,
    after: Annotated[int | None, typer.Option(min=0, help="Instalments paid before it.")] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DAY", help="Day of it, with --start, instead.")
    ] = None,
    repay: Annotated[
        str | None, typer.Option(metavar="YUAN", help="Amount repaid early; default all.")
    ] = None,
    keep: Annotated[
        Keep | None, typer.Option(help="What part repayment leaves as it is; default show both.")
    ] = None,
    penalty_share: Annotated[
        str, typer.Option(metavar="PERCENT", help="Penalty on the amount repaid early.")
    ] = "0",
    penalty_months: Annotated[
        int, typer.Option(min=0, help="Penalty as months of interest on that amount.")
    ] = 0,
    penalty_fixed: Annotated[str, typer.Option(metavar="YUAN", help="Fixed penalty.")] = "0",
    penalty_free_after: Annotated[
        int | None, typer.Option(min=0, help="No penalty after so many instalments.")
    ] = None,
    earning: Annotated[
        str, typer.Option(metavar="PERCENT", help="What the money would earn elsewhere, a year.")
    ] = "0",
    monthly_fee: MonthlyFeeOption = "0",
    fee_stops: Annotated[
        bool, typer.Option("--fee-stops", help="The contract stops the fee on early repayment.")
    ] = False,
    rounding: RoundingOption = Rounding.CENT,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Show what early repayment saves, costs and is worth (提前还款).

    With `--monthly-fee` it is an instalment plan with fees, where it may save nothing.

    Example: `daihou calc prepay --amount 100万 --rate 4.1 --months 360 --after 60 --repay 10万`
    """
    from daihou.desk import calc_view as view
    from daihou.desk.calc_data import data_of

    loan = Loan(
        minor(amount), YearlyRate.of_percent(rate), months, method_named(method),
        start_on=day(start), rounding=rounding,
    )  # fmt: skip
    if fee := share(monthly_fee):
        if after is None:
            raise LoanTermsError("a plan with fees needs --after")
        fees = prepay_fee_plan(loan.amount_minor, months, fee, after, fee_stops=fee_stops)
        show_answer(data_of(fees), view.fee_plan_view(fees, lang.value), as_json)
        return
    asked = (share(penalty_share), penalty_months, minor(penalty_fixed), penalty_free_after)
    early = Prepayment(
        after=after,
        on=day(on),
        amount_minor=None if repay is None else minor(repay),
        keep=keep or Keep.PAYMENT,
        penalty=Penalty(*asked),
        earning=YearlyRate.of_percent(earning),
    )
    both = keep is None and repay is not None
    results = compare_prepayments(loan, early) if both else {early.keep: prepay_loan(loan, early)}
    show_answer(data_of(results), view.prepay_view(list(results.items()), lang.value), as_json)


@calc.command("rate")
def rate(
    daily: Annotated[
        str | None, typer.Option(metavar="PER10K", help="Daily rate per ten thousand, as 5.")
    ] = None,
    monthly: Annotated[
        str | None, typer.Option(metavar="PERCENT", help="Monthly rate in per cent.")
    ] = None,
    amount: Annotated[
        str | None, typer.Option(metavar="YUAN", help="Amount of the loan or plan.")
    ] = None,
    months: Annotated[
        int | None, typer.Option(min=1, max=MAX_PERIODS, help="Term in months.")
    ] = None,
    yearly: Annotated[
        str, typer.Option("--rate", metavar="PERCENT", help="Stated yearly rate in per cent.")
    ] = "0",
    method: MethodOption = "equal_payment",
    payment: Annotated[
        str | None, typer.Option(metavar="YUAN", help="What is paid each month, all in.")
    ] = None,
    upfront: UpfrontOption = "0",
    deducted: DeductedOption = "0",
    monthly_fee: MonthlyFeeOption = "0",
    period_fee: PeriodFeeOption = "0",
    free: FreeOption = 0,
    flow: Annotated[
        list[str] | None,
        typer.Option(metavar="DAY=YUAN", help="A dated flow: received plus, paid minus."),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Show the true yearly rate of a quote, a plan with fees, or dated flows (真实年化利率).

    Example: `daihou calc rate --amount 12000 --months 12 --monthly-fee 0.6`
    """
    from daihou.desk import calc_view as view
    from daihou.desk.calc_data import data_of

    if flow:
        found = dated_rate([(on, signed_minor(text)) for on, text in map(dated, flow)])
        show_answer(data_of(found), view.rate_view(found, None, lang.value), as_json)
        return
    if amount is None or months is None:
        _show_quotes(daily, monthly, as_json, lang)
        return
    stated = YearlyRate.of_percent(yearly)
    stated = YearlyRate.of_daily(daily) if daily else stated
    stated = YearlyRate.of_monthly(monthly) if monthly else stated
    charges = charges_of(upfront, deducted, monthly_fee, period_fee, free)
    loan = Loan(minor(amount), stated, months, method_named(method))
    if payment is not None:
        received = loan.amount_minor - charges.upfront_minor - charges.deducted_minor
        true: TrueRate = periodic_rate([received, *[-minor(payment)] * months])
        show_answer(data_of(true), view.rate_view(true, None, lang.value), as_json)
        return
    cost = cost_of(loan, charges)
    show_answer(data_of(cost), view.rate_view(cost.rate, cost, lang.value), as_json)


@calc.command("reprice")
def reprice(
    amount: AmountOption,
    rate: RateOption,
    months: MonthsOption,
    start: Annotated[str, typer.Option(metavar="DAY", help="Day of payout, as 2024-03-20.")],
    spread: Annotated[int, typer.Option(help="Basis points above the benchmark, as -30.")],
    lpr: Annotated[
        list[str], typer.Option(metavar="DAY=PERCENT", help="A benchmark value and its day.")
    ],
    method: MethodOption = "equal_payment",
    reset: Annotated[ResetOn, typer.Option(help="Where repricing starts.")] = ResetOn.NEW_YEAR,
    every: Annotated[int, typer.Option(min=1, max=120, help="Months between repricings.")] = 12,
    rounding: RoundingOption = Rounding.CENT,
    whole: AllOption = False,
    csv: CsvOption = None,
    xlsx: XlsxOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Show what a moved benchmark (LPR) does to rate, payment and total (重定价).

    Example: `daihou calc reprice --amount 100万 --rate 3.95 --months 360 --start 2024-03-20
    --spread -30 --lpr 2024-10-21=3.6 --lpr 2025-05-20=3.5`
    """
    from daihou.desk import calc_view as view
    from daihou.desk.calc_data import data_of, write_rows

    loan = Loan(
        minor(amount), YearlyRate.of_percent(rate), months, method_named(method),
        start_on=day(start), rounding=rounding,
    )  # fmt: skip
    benchmark = {on: YearlyRate.of_percent(text) for on, text in map(dated, lpr)}
    result = reprice_loan(loan, Floating(spread, benchmark, reset, every))
    for path in (csv, xlsx):
        if path is not None:
            write_rows(result.plan.rows, path, lang.value)
    show_answer(data_of(result), view.reprice_view(result, lang.value, whole=whole), as_json)


@calc.command("afford")
def afford(
    income: Annotated[str, typer.Option(metavar="YUAN", help="Income a month.")],
    amount: AmountOption,
    rate: RateOption,
    months: MonthsOption,
    method: MethodOption = "equal_payment",
    dues: Annotated[str, typer.Option(metavar="YUAN", help="All dues a month now.")] = "0",
    housing_dues: Annotated[
        str, typer.Option(metavar="YUAN", help="The part of them that is for the home.")
    ] = "0",
    home_loan: Annotated[
        bool, typer.Option("--home-loan", help="The new loan is for a home.")
    ] = False,
    stress: Annotated[int, typer.Option(min=0, help="Basis points added for the stress.")] = 100,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Show dues against income before and after a new loan, and under stress (收入偿债比).

    Example: `daihou calc afford --income 20000 --dues 3000 --amount 100万 --rate 3.5 --months 360
    --home-loan`
    """
    from daihou.desk import calc_view as view
    from daihou.desk.calc_data import data_of
    from daihou.loanmath.afford import Household
    from daihou.loanmath.afford import afford as afford_loan

    loan = Loan(minor(amount), YearlyRate.of_percent(rate), months, method_named(method))
    household = Household(minor(income), minor(dues), minor(housing_dues))
    result = afford_loan(household, loan, _references().afford, housing=home_loan, stress_bp=stress)
    show_answer(data_of(result), view.afford_view(result, lang.value), as_json)


@calc.command("offer")
def offer(
    amount: Annotated[
        str | None, typer.Option(metavar="YUAN", help="Amount in the contract.")
    ] = None,
    months: Annotated[
        int | None, typer.Option(min=1, max=MAX_PERIODS, help="Term in months.")
    ] = None,
    stated: Annotated[
        str | None, typer.Option("--rate", metavar="PERCENT", help="Advertised yearly rate.")
    ] = None,
    daily: Annotated[
        str | None, typer.Option(metavar="PER10K", help="Advertised daily rate per ten thousand.")
    ] = None,
    method: MethodOption = "equal_payment",
    upfront: UpfrontOption = "0",
    deducted: DeductedOption = "0",
    monthly_fee: MonthlyFeeOption = "0",
    period_fee: PeriodFeeOption = "0",
    lender: Annotated[Lender, typer.Option(help="Who lends.")] = Lender.UNKNOWN,
    said: Annotated[
        list[str] | None, typer.Option(help="A warning sign that you met, by its id.")
    ] = None,
    text: Annotated[str, typer.Option(help="The advertisement in its own words.")] = "",
    lpr: Annotated[
        str | None, typer.Option(metavar="PERCENT", help="One-year LPR of the day.")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Language.ZH,
) -> None:
    """Check an offer: true cost, reference lines, warning signs with the law behind each.

    Example: `daihou calc offer --amount 10000 --months 12 --rate 18 --deducted 1000
    --text "无视征信，百分百下款"`
    """
    from daihou.desk import calc_view as view
    from daihou.desk.calc_data import data_of
    from daihou.loanmath.offer import Offer, check_offer

    if (amount is None) != (months is None):
        raise LoanTermsError("give --amount and --months together, or neither of them")
    charges = charges_of(upfront, deducted, monthly_fee, period_fee, 0)
    rate = YearlyRate.of_percent(stated or "0")
    rate = YearlyRate.of_daily(daily) if daily else rate
    loan = None
    if amount is not None and months is not None:
        loan = Loan(minor(amount), rate, months, method_named(method))
    signs = frozenset(said or ()) | ({"daily_rate_only"} if daily and not stated else set())
    check = check_offer(
        Offer(
            loan, charges, None if stated is None else rate, lender, signs, text,
            None if lpr is None else YearlyRate.of_percent(lpr),
        ),
        _references(),
    )  # fmt: skip
    show_answer(data_of(check), view.offer_view(check, lang.value), as_json)


def _references() -> References:
    from daihou.jobs.home import shipped_texts
    from daihou.loanmath.lines import read_references

    return read_references(shipped_texts("daihou.loanmath", ".yaml"))


def _show_quotes(daily: str | None, monthly: str | None, as_json: bool, lang: Language) -> None:
    """Show a daily or monthly quote as yearly rates."""
    from daihou.desk import calc_view as view
    from daihou.desk.calc_data import data_of

    if daily is not None:
        ways = [(f"× {days}", YearlyRate.of_daily(daily, days), 365) for days in (360, 365)]
    elif monthly is not None:
        ways = [("× 12", YearlyRate.of_monthly(monthly), 12)]
    else:
        raise LoanTermsError("give --daily, --monthly, --flow, or --amount and --months")
    data = [
        {"counted": name, "nominal": data_of(rate), "effective": data_of(rate.compounded(times))}
        for name, rate, times in ways
    ]
    show_answer(data, view.conversion_view(ways, lang.value), as_json)
