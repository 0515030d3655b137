from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daihou.desk.figures import FigureOptions, Figures, NightFiles, mask_id, share_bp
from daihou.desk.labels import Words
from daihou.desk.measure import figures_of, roll_rates
from daihou.engines import connect
from daihou.errors import NotFound
from tests.unit.desk.kit import BOOK, late, moving_book, night

MAY, JUNE = date(2024, 5, 31), date(2024, 6, 30)


def figures(nights: list[NightFiles], as_of: date = JUNE, **options) -> Figures:
    with connect(1) as connection:
        return figures_of(connection, nights, as_of, BOOK, FigureOptions(**options))


def test_day_30_is_not_over_30_and_day_31_is(tmp_path):
    f = figures([night(tmp_path, JUNE, account_day=[late("A", 30), late("B", 31)])])
    assert (f.totals.over_30_accounts, f.totals.over_30_bp) == (1, 5000)
    assert f.totals.late_accounts == 2


def test_day_90_is_not_over_90_and_day_91_is(tmp_path):
    rows = [late("A", 90), late("B", 91, balance_minor=300_00)]
    f = figures([night(tmp_path, JUNE, account_day=rows)])
    assert (f.totals.over_90_accounts, f.totals.over_90_bp) == (1, 7500)
    assert (f.totals.over_90_accounts_bp, f.totals.npl_bp) == (5000, 7500)


def test_unknown_days_are_in_no_share_and_are_not_zero_days(tmp_path):
    unknown = dict(account_id="U", dpd=None, bucket=None, asset_class=None, stage=None,
                   class_rule=None, overdue_minor=None, ecl_minor=None)  # fmt: skip
    f = figures([night(tmp_path, JUNE, account_day=[late("A", 31), late("B", 0), unknown])])
    assert (f.totals.accounts, f.totals.timed_accounts) == (3, 2)
    assert (f.totals.over_30_bp, f.totals.npl_bp) == (5000, 0)
    assert (f.totals.overdue_unknown, f.totals.ecl_unknown) == (1, 1)
    assert [s.accounts for s in f.buckets if s.key == "unknown"] == [1]


def test_an_unknown_balance_is_counted_and_adds_nothing(tmp_path):
    rows = [late("A", 0, balance_minor=None), late("B", 0)]
    f = figures([night(tmp_path, JUNE, account_day=rows)])
    assert (f.totals.balance_minor, f.totals.balances_unknown) == (100_00, 1)


def test_written_off_accounts_stand_apart(tmp_path):
    off = late("W", 400, class_rule="us_retail.written_off", balance_minor=700_00)
    f = figures([night(tmp_path, JUNE, account_day=[late("A", 0), off])])
    assert (f.totals.accounts, f.totals.npl_accounts, f.totals.over_90_accounts) == (1, 0, 0)
    assert (f.totals.off_accounts, f.totals.off_minor) == (1, 700_00)
    assert f.worst_accounts == ()


def test_another_currency_is_counted_and_not_added(tmp_path):
    rows = [late("A", 0), late("F", 0, currency="USD", balance_minor=999_00)]
    f = figures([night(tmp_path, JUNE, account_day=rows)])
    assert (f.totals.accounts, f.totals.balance_minor, f.other_currency) == (2, 100_00, 1)


def test_shares_without_anything_to_divide_by_are_unknown(tmp_path):
    f = figures([night(tmp_path, JUNE, account_day=[])])
    assert (f.totals.accounts, f.totals.over_30_bp, f.totals.coverage_bp) == (0, None, None)
    assert share_bp(1, 3) == 3333 and share_bp(2, 3) == 6667 and share_bp(1, 0) is None


def test_a_night_after_the_day_is_not_looked_at(tmp_path):
    nights = [night(tmp_path, MAY, account_day=[late("A", 0)]),
              night(tmp_path, JUNE, account_day=[late("A", 31)])]  # fmt: skip
    assert figures(nights, MAY) == figures(nights[:1], MAY)


def test_a_day_without_a_night_is_refused_and_others_are_named(tmp_path):
    with pytest.raises(NotFound, match="2024-05-31"):
        figures([night(tmp_path, MAY, account_day=[])])


def test_changes_are_against_the_night_before_and_rolls_against_the_month_before(tmp_path):
    yesterday = date(2024, 6, 29)
    nights = [
        night(tmp_path, date(2024, 5, 15), account_day=[late("A", 61)]),
        night(tmp_path, MAY, account_day=[late("A", 0)]),
        night(tmp_path, yesterday, account_day=[late("A", 29), late("B", 0)]),
        night(tmp_path, JUNE, account_day=[late("A", 30), late("B", 0)]),
    ]
    f = figures(nights)
    assert (f.before_on, f.month_on) == (yesterday, MAY)
    assert {(x.from_state, x.to_state): x.accounts for x in f.flows} == {
        ("M0", "M1"): 1, ("new", "M0"): 1,
    }  # fmt: skip
    assert [r.to_on for r in f.rolls] == [JUNE]
    assert [t.as_of for t in f.series] == [n.as_of for n in nights]


def test_a_missing_month_gives_a_matrix_and_no_point_in_the_series(tmp_path):
    nights = [night(tmp_path, date(2024, 4, 30), account_day=[late("A", 0)]),
              night(tmp_path, JUNE, account_day=[late("A", 31)])]  # fmt: skip
    f = figures(nights)
    assert [(x.from_state, x.to_state) for x in f.flows] == [("M0", "M2")]
    assert f.rolls == ()


def test_a_roll_is_to_any_worse_bucket_or_off_and_closing_is_no_roll(tmp_path):
    before = [late(name, 15) for name in "ABCDEU"]
    after = [
        late("A", 45), late("B", 75), late("C", 15),
        late("D", 400, class_rule="cn_2023.written_off"),
        late("U", 0) | dict(dpd=None, bucket=None),
    ]  # fmt: skip
    f = figures(
        [night(tmp_path, MAY, account_day=before), night(tmp_path, JUNE, account_day=after)]
    )
    assert f.rolls[0].rates_bp == (None, 6000, None, None), "3 of 5: E closed, U is unknown"
    assert roll_rates(()) == (None,) * 4


def test_class_moves_count_both_ways(tmp_path):
    before = [late("A", 0), late("B", 91), late("C", 10), late("N", 5, asset_class=None)]
    after = [late("A", 10), late("B", 0), late("C", 11), late("N", 91)]
    f = figures(
        [night(tmp_path, MAY, account_day=before), night(tmp_path, JUNE, account_day=after)]
    )
    assert f.class_moves is not None
    assert (f.class_moves.worse, f.class_moves.better) == (1, 1)


def test_a_vintage_is_the_share_of_a_quarter_ever_over_90_and_never_falls(tmp_path):
    def at(month: int, day: date, *rows):
        return night(tmp_path, day, account_day=[r | dict(months_on_book=month) for r in rows])

    nights = [
        at(3, date(2024, 4, 30), late("A", 90), late("B", 0)),
        at(4, MAY, late("A", 121), late("B", 0)),
        at(5, JUNE, late("A", 0)),
    ]
    (curve,) = figures(nights, cohort_accounts_min=2).vintages
    assert (curve.quarter, curve.accounts) == ("2024Q1", 2)
    assert curve.points == ((3, 0), (4, 5000), (5, 5000))


def test_hits_unknowns_and_changes_of_a_signal_are_counted_apart(tmp_path):
    hit = dict(signal_id="E01", subject_id="A", level="red")
    nights = [
        night(tmp_path, MAY, account_day=[], signal_day=[hit, hit | dict(subject_id="B")]),
        night(
            tmp_path, JUNE,
            account_day=[late("A", 31, unknown_signals="E05"),
                         late("B", 0, unknown_signals="E01, E05")],
            customer_day=[dict(customer_id="C1", unknown_signals="G01")],
            signal_day=[hit, hit | dict(subject_id="X", verdict="snoozed")],
        ),
    ]  # fmt: skip
    f = figures(nights, names={"E01": Words("本行逾期天数", "own days")})
    told = {s.signal_id: (s.hits, s.hits_before, s.unknown, s.subject_kind) for s in f.signals}
    assert told == {
        "E01": (1, 2, 1, "account"), "E05": (0, 0, 2, "account"), "G01": (0, 0, 1, "customer"),
    }  # fmt: skip
    assert f.signals[0].name.zh == "本行逾期天数" and f.signals[0].red == 1


def test_decisions_are_counted_by_rule_level_and_arm(tmp_path):
    rows = [dict(subject_id="C1"), dict(subject_id="C2", needs_two=True),
            dict(subject_id="C1", arm="b", rule_id="other")]  # fmt: skip
    words = {"watch.red": Words("逾期{dpd}天", "{dpd} days late")}
    f = figures([night(tmp_path, JUNE, account_day=[], decision_day=rows)], names=words)
    assert f.decisions[0].name == ("逾期…天", "… days late"), "no one subject's facts are meant"
    told = [(d.arm, d.rule_id, d.subjects, d.subjects_before, d.needs_two) for d in f.decisions]
    assert told == [("champion", "watch.red", 2, None, 1), ("b", "other", 1, None, 0)]


def test_the_watch_list_is_worst_first_and_says_who_is_new(tmp_path):
    def on(name: str, level: str | None, **values):
        return dict(customer_id=f"CUSTOMER-{name}", watch_level=level, **values)

    nights = [
        night(tmp_path, MAY, account_day=[], customer_day=[on("A", "red"), on("B", None)]),
        night(tmp_path, JUNE, account_day=[],
              customer_day=[on("A", "yellow"), on("B", "red"), on("D", None)],
              decision_day=[dict(subject_id="CUSTOMER-B", customer_id="CUSTOMER-B")]),
    ]  # fmt: skip
    f = figures(nights, unmask=True)
    assert [(w.customer_id, w.level, w.is_new, w.rule_id) for w in f.watch_rows] == [
        ("CUSTOMER-B", "red", True, "watch.red"), ("CUSTOMER-A", "yellow", False, None),
    ]  # fmt: skip
    assert [(w.level, w.customers, w.customers_before) for w in f.watch_levels] == [
        ("red", 1, 1), ("orange", 0, 0), ("yellow", 1, 0),
    ]  # fmt: skip


def test_ids_are_masked_unless_asked_for(tmp_path):
    nights = [night(tmp_path, JUNE, account_day=[late("ACCOUNT-000123", 5)])]
    assert figures(nights).worst_accounts[0].account_id == "AC•••0123"
    assert figures(nights, unmask=True).worst_accounts[0].account_id == "ACCOUNT-000123"
    assert "ACCOUNT-000123" not in json.dumps(figures(nights).as_dict())


@given(st.text(min_size=1, max_size=40))
def test_a_masked_id_shows_at_most_half_of_it(value):
    assert len(mask_id(value)) - 3 <= max(len(value) // 2, 0)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    before=st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 400), max_size=8),
    after=st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 400), max_size=8),
)
def test_flows_hold_every_account_of_both_nights_once(tmp_path: Path, before, after):
    f = figures([
        night(tmp_path, MAY, account_day=[late(k, d) for k, d in before.items()]),
        night(tmp_path, JUNE, account_day=[late(k, d) for k, d in after.items()]),
    ])  # fmt: skip
    assert sum(x.accounts for x in f.flows if x.from_state != "new") == len(before)
    assert sum(x.accounts for x in f.flows if x.to_state != "closed") == len(after)
    assert sum(s.accounts for s in f.buckets) == f.totals.accounts == len(after)


def test_slices_add_up_to_the_totals_and_steps_are_told(tmp_path):
    nights, heard = moving_book(tmp_path, accounts=120, months=4), []
    f = figures(nights, nights[-1].as_of, on_step=lambda *step: heard.append(step))
    for parts in (f.buckets, f.classes, f.stages, f.products):
        assert sum(s.accounts for s in parts) == f.totals.accounts
        assert sum(s.balance_minor for s in parts) == f.totals.balance_minor
        assert sum(s.accounts_before or 0 for s in parts) == (f.before.accounts if f.before else 0)
    assert [done for done, _, _ in heard] == list(range(len(heard)))
    assert {most for _, most, _ in heard} == {len(heard)}
    json.dumps(f.as_dict())
