"""An offer of credit checked: what it really costs, reference lines, and warning signs with law."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from daihou.errors import LoanTermsError
from daihou.loanmath.lines import Flag, RateLine, References
from daihou.loanmath.rates import YearlyRate
from daihou.loanmath.schedule import Loan
from daihou.loanmath.true_rate import NO_CHARGES, Charges, Cost, cost_of
from daihou.loanmath.words import Lender, Severity, Standing

_WARNED = re.compile(r"(?:警惕|谨防|防范|拒绝|禁止|严禁|不得|切勿|请勿|勿信)[^,。;!?、:]{0,6}$")
"""A clause that warns right before a phrase: 警惕解冻费."""
_FREE = re.compile(r"(?:不收取?|不需要?|不用|无需|无须|没有|绝不|从不|无|免)[^,。;!?、:]{0,4}$")
"""A clause that says a payment is not asked for: 不收取任何前期费用."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as its receiver knows it; what is not known stays out.

    ``stated`` is the advertised yearly rate. ``said`` are ids of warning signs that the person has
    met. ``text`` is the advertisement in its own words. ``lpr`` is the one-year LPR of the day.
    """

    loan: Loan | None = None
    charges: Charges = NO_CHARGES
    stated: YearlyRate | None = None
    lender: Lender = Lender.UNKNOWN
    said: frozenset[str] = frozenset()
    text: str = ""
    lpr: YearlyRate | None = None


class Raised(NamedTuple):
    """A warning sign that the offer shows, and by what: a phrase, a figure, or what was said."""

    flag: Flag
    evidence: str


class AgainstLine(NamedTuple):
    """A reference line for this lender, as a rate where known, and where the true rate stands."""

    line: RateLine
    rate: YearlyRate | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class OfferCheck:
    """What was found; ``cost`` is None when the offer's terms are not known."""

    cost: Cost | None
    lines: tuple[AgainstLine, ...]
    raised: tuple[Raised, ...]


def check_offer(offer: Offer, references: References) -> OfferCheck:
    """Return the true cost of an offer, reference lines for its lender, and its warning signs.

    No sign is a verdict: each carries the law or page behind it and how sure that is.

    Raises: LoanTermsError for a sign that no list knows.
    """
    known = {flag.id: flag for flag in references.flags}
    if unknown := sorted(offer.said - set(known)):
        raise LoanTermsError(
            f"no such warning sign: {', '.join(unknown)}", next_step=f"one of {', '.join(known)}"
        )
    cost = cost_of(offer.loan, offer.charges) if offer.loan else None
    lines = tuple(_against(line, offer, cost) for line in references.rates
                  if offer.lender in line.lenders or offer.lender is Lender.UNKNOWN)  # fmt: skip
    by_figures = _by_figures(offer, cost, lines, references.clearly_bp)
    found: dict[str, str] = {}
    for name, evidence in (*by_figures, *_by_words(offer, references)):
        found.setdefault(name, evidence)
    for name in offer.said:
        found.setdefault(name, "")
    order = list(Severity)
    raised = [Raised(flag, found[flag.id]) for flag in references.flags if flag.id in found]
    raised.sort(key=lambda item: order.index(item.flag.severity))
    return OfferCheck(cost, lines, tuple(raised))


def phrases_in(text: str, flag: Flag) -> list[str]:
    """Return the phrases of a warning sign that a text says, and does not deny, in plain words."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
    found = []
    for phrase in flag.phrases:
        wanted = phrase.casefold()
        starts = [match.start() for match in re.finditer(re.escape(wanted), plain)]
        before = [plain[max(0, at - 8) : at] for at in starts]
        if any(not (_WARNED.search(b) or (flag.payment and _FREE.search(b))) for b in before):
            found.append(phrase)
    return found


def _against(line: RateLine, offer: Offer, cost: Cost | None) -> AgainstLine:
    rate = line.rate(offer.lpr)
    if rate is None or cost is None:
        return AgainstLine(line, rate, Standing.UNKNOWN)
    if cost.rate.nominal > rate:
        return AgainstLine(line, rate, Standing.OVER)
    above = cost.rate.effective > rate
    return AgainstLine(line, rate, Standing.DEPENDS if above else Standing.BELOW)


def _by_figures(
    offer: Offer, cost: Cost | None, lines: tuple[AgainstLine, ...], clearly_bp: int
) -> Iterator[tuple[str, str]]:
    if offer.charges.deducted_minor:
        share = ""
        if offer.loan:
            part = Fraction(offer.charges.deducted_minor, offer.loan.amount_minor)
            share = f"{YearlyRate(part).percent()} %"
        yield "fees_from_principal", share
    if offer.charges.monthly_fee or offer.charges.period_fee_minor:
        yield "fee_on_original", ""
    if cost is None:
        return
    over = [item.line.id for item in lines if item.standing is Standing.OVER]
    if over:
        yield "rate_over_line", ", ".join(over)
    true = cost.rate.nominal
    if offer.stated is not None and true > offer.stated.plus_bp(clearly_bp):
        yield "stated_below_true", f"{offer.stated.percent()} % / {true.percent()} %"


def _by_words(offer: Offer, references: References) -> Iterator[tuple[str, str]]:
    tells_year = re.search("年化|年利率|APR", offer.text) is not None
    if offer.text and not tells_year and offer.stated is None:
        yield "no_yearly_rate", ""
    for flag in references.flags:
        found = phrases_in(offer.text, flag)
        if found and not (flag.id == "daily_rate_only" and tells_year):
            yield flag.id, "、".join(found)
