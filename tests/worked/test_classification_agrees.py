"""The compiled night and the plain-Python judge give the same answer on random books."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from daihou.kernel import AssetClass, Bucket, Product
from daihou.law import Finding, Law, RuleKind, judge_account
from daihou.night.loss import LossRate, LossRates, ecl_of
from tests.worked.classification_book import (
    Claim,
    Customer,
    facts_of,
    laws_of,
    run_night,
    state_row,
)

NIGHTS = (date(2025, 6, 30), date(2024, 2, 29), date(2025, 2, 28), date(2024, 12, 15))
EDGES = (0, 1, 7, 8, 29, 30, 31, 89, 90, 91, 119, 120, 121, 179, 180, 181, 270, 271, 360, 361)
PACKS = (
    {"default": ["cn_2023"], "card": ["cn_2023", "cn_card_2011"]},
    {"default": ["us_retail"]},
    {"default": ["cn_card_2011"]},
    {"default": ["cn_2023", "us_retail"]},
)
KINDS = (
    "misuse_confirmed", "use_restored", "refinanced_by_debt", "rating_cut", "credit_impaired",
    "impairment_lifted", "evades_debt", "bankruptcy", "liquidation", "fraud", "death", "job_lost",
)  # fmt: skip


def _rates() -> LossRates:
    rows = [
        LossRate(product=p, bucket=b, pd_12m_bp=n * 100 + 37, pd_life_bp=n * 150 + 91,
                 lgd_bp=4_567, months_to_maturity_up_to=band)
        for p in (Product.INSTALMENT_LOAN, Product.CARD, Product.REVOLVING_LINE)
        for n, b in enumerate(Bucket)
        for band in ((12, 36, None) if p is Product.INSTALMENT_LOAN else (None,))
    ]  # fmt: skip
    return LossRates(
        source="made up", grade="M", computed_on=date(2026, 1, 1), rows=tuple(rows),
        ccf_bp={Product.CARD: 3_333, Product.REVOLVING_LINE: 5_000},
    )  # fmt: skip


RATES = _rates()


@st.composite
def claims(draw: st.DrawFn, as_of: date, customer_no: int, claim_no: int) -> Claim:
    """Draw one account: edges of every rule are likely, unknown facts too."""

    def back(most: int) -> st.SearchStrategy[date]:
        near = st.sampled_from([365, 366, 364, 181, 182, 183, 184, 59, 60, 61, 90, 0, 1])
        return st.one_of(near, st.integers(0, most)).map(lambda n: as_of - timedelta(days=n))

    dpd = draw(st.one_of(st.none(), st.just(0), st.sampled_from(EDGES), st.integers(0, 500)))
    current = draw(st.one_of(st.none(), back(800))) if dpd == 0 else None
    state: dict[str, Any] = {
        "product": draw(st.sampled_from([p.value for p in Product])),
        "retail": draw(st.sampled_from([True, False, False, None])),
        "balance_minor": draw(st.one_of(st.none(), st.integers(-500, 10_000),
                                        st.integers(0, 10**15))),
        "limit_minor": draw(st.one_of(st.none(), st.integers(0, 20_000), st.just(10**15))),
        "utilisation_bp": draw(st.one_of(st.none(), st.integers(-100, 12_000))),
        "dpd": dpd,
        "dpd_basis": draw(st.sampled_from(["allocated", "reported"])),
        "currency": draw(st.sampled_from(["CNY", "CNY", "CNY", "USD"])),
        "status_24m": draw(st.one_of(
            st.just("N" * 24),
            st.text("NNNNNNN*1234M#", min_size=24, max_size=24),
            st.builds(lambda run, end: ("/" * 24 + "123454" + "N" * run + end)[-24:],
                      st.integers(0, 20), st.sampled_from(["", "1", "12", "M"])))),
        "months_to_maturity": draw(st.sampled_from([None, 0, 1, 11, 12, 13, 36, 37])),
        "written_off_on": draw(st.sampled_from([None] * 9 + [as_of])),
        "npl_last_on": draw(st.one_of(st.none(), back(800))),
        "current_since_on": current,
        "periods_since_current": draw(st.integers(0, 4)),
    }  # fmt: skip
    events = draw(st.lists(st.builds(
        lambda kind, known_on, before, value: {
            "kind": kind, "known_on": known_on, "value_bp": value,
            "happened_on": known_on - timedelta(days=before)},
        st.sampled_from(KINDS), back(100), st.integers(0, 1),
        st.sampled_from([None, 4_999, 5_000, 8_999, 9_000])), max_size=4))  # fmt: skip
    changes = draw(st.lists(st.builds(
        lambda kind, changed_on, wait, hard, before: {
            "kind": kind, "changed_on": changed_on, "for_difficulty": hard, "class_before": before,
            "first_due_on": changed_on + timedelta(days=wait)},
        st.sampled_from(["extension", "relief_deferral"]), back(900), st.integers(0, 31),
        st.sampled_from([True, True, True, False]),
        st.sampled_from([None, *AssetClass])), max_size=3))  # fmt: skip
    return Claim(
        state_row(customer_no, claim_no, state),
        events if draw(st.booleans()) else [],
        changes if draw(st.booleans()) else [],
        draw(st.lists(back(400), max_size=4, unique=True)),
    )


@st.composite
def books(draw: st.DrawFn) -> tuple[date, dict[str, list[str]], list[Customer]]:
    as_of = draw(st.sampled_from(NIGHTS))
    customers = []
    for number in range(draw(st.integers(1, 12))):
        held = [draw(claims(as_of, number, n)) for n in range(draw(st.integers(1, 3)))]
        retail = held[0].state["retail"]
        for claim in held:
            claim.state["retail"] = retail
        row = None
        if retail is not None:
            amounts = st.sampled_from([None, 0, 1, 199, 200, 201, 1000, 1001, 10**15])
            row = {"retail": retail, "all_bank_debt_minor": draw(amounts),
                   "all_bank_overdue_90_minor": draw(amounts)}  # fmt: skip
        customers.append(Customer(held, row))
    return as_of, draw(st.sampled_from(PACKS)), customers


@settings(max_examples=16, deadline=None, derandomize=True,
          phases=[Phase.generate, Phase.shrink],
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip
@given(books())
def test_the_compiled_night_equals_the_plain_judge(book: Any) -> None:
    as_of, packs, customers = book
    laws = laws_of(packs, as_of)
    night = run_night(customers, laws, as_of, RATES)
    for customer in customers:
        for facts, law in facts_of(customer, laws, as_of):
            finding = judge_account(facts, law)
            row = night[facts.state["account_id"]]
            got = (row["asset_class"], row["class_rule"], row["stage"], row["stage_rule"])
            assert got == (
                finding.asset_class,
                finding.rule.id if finding.rule else None,
                finding.stage,
                finding.stage_rule.id if finding.stage_rule else None,
            )
            expected_loss = ecl_of(facts.state, finding.stage, RATES)
            assert row["ecl_minor"] == expected_loss
            assert row["provision_minor"] == _provision(facts.state, finding, law, expected_loss)


def _provision(
    state: dict[str, Any], finding: Finding, law: Law, expected_loss: int | None
) -> int | None:
    """Return the ratio of the class x what is owed, half up; without ratios the expected loss."""
    ratios = {p.rule.asset_class: p.number for p in law.rules(RuleKind.PROVISION) if p.rule}
    if not ratios:
        return expected_loss
    if finding.asset_class is None:
        return None
    if state["written_off_on"] is not None:
        return 0
    if state["balance_minor"] is None:
        return None
    return (max(state["balance_minor"], 0) * ratios[finding.asset_class] + 5_000) // 10_000
