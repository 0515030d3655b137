"""A home with a few facts written by hand: one customer, about to leave."""

from datetime import UTC, date, datetime
from pathlib import Path

from daihou.contracts import FACTS
from daihou.jobs.home import Home, open_home
from daihou.lake import EntryKind, Lake, StagedFile
from tests.unit.desk.kit import write_table

NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
OPENED, DAY = date(2024, 1, 10), date(2025, 6, 30)

CUSTOMER = dict(
    customer_id="P1", recorded_on=OPENED, kind="person", retail=True, currency="CNY"
)  # fmt: skip
LOAN = dict(
    account_id="A1", recorded_on=OPENED, customer_id="P1", product="instalment_loan",
    currency="CNY", opened_on=OPENED, matures_on=date(2025, 1, 10), amount_minor=200_00,
    rate_bp=720, line_id="L1", branch="north",
)  # fmt: skip
CARD = LOAN | dict(
    account_id="K1", product="card", matures_on=None, amount_minor=None, line_id="L2"
)
LINE = dict(
    line_id="L1", recorded_on=OPENED, customer_id="P1", currency="CNY", kind="revolving",
    limit_minor=500_00, opened_on=OPENED, expires_on=date(2027, 1, 9),
)  # fmt: skip
CARD_LINE = LINE | dict(line_id="L2", kind="card", expires_on=None)
CONSENT = dict(
    consent_id="S1", recorded_on=OPENED, customer_id="P1", signed_on=OPENED,
    purposes="001,002,004",
)  # fmt: skip


def instalment(number: int, due_on: date, **change) -> dict:
    base = dict(
        account_id="A1", instalment_no=number, due_on=due_on, principal_minor=100_00,
        interest_minor=1_20, fee_minor=0,
    )  # fmt: skip
    return base | change


def payment(number: int, paid_on: date, amount_minor: int, **change) -> dict:
    base = dict(
        payment_id=f"Y{number}", account_id="A1", paid_on=paid_on, kind="payment",
        amount_minor=amount_minor, payer_relation="self", channel="transfer",
    )  # fmt: skip
    return base | change


def statement(on: date, due_on: date, balance_minor: int, **change) -> dict:
    base = dict(
        account_id="K1", statement_on=on, due_on=due_on, balance_minor=balance_minor,
        minimum_due_minor=balance_minor // 10, cash_minor=0, purchases_minor=balance_minor,
    )  # fmt: skip
    return base | change


DUES = [instalment(1, date(2024, 7, 10)), instalment(2, date(2025, 1, 10))]
PAID = [payment(1, date(2024, 7, 10), 101_20), payment(2, date(2025, 1, 10), 101_20)]
SETTLED = {
    "customer": [CUSTOMER], "account": [LOAN], "credit_line": [LINE], "consent": [CONSENT],
    "instalment": DUES, "payment": PAID,
}  # fmt: skip


BOOK = """\
book: bank
title: {zh: 测试银行, en: Test bank}
currency: CNY
simulated: true
rule_packs: {default: [cn_2023]}
policy: policy.yaml
"""


def home_with(root: Path, facts: dict[str, list[dict]]) -> Home:
    """Return a new home of a small simulated book in which only these facts are landed."""
    root.mkdir(parents=True)
    (root / "book.yaml").write_text(BOOK, encoding="utf-8")
    lake = Lake.create(root / "lake")
    folder = lake.stage("kit")
    staged = []
    for name, rows in facts.items():
        path = write_table(FACTS[name], rows, folder / f"{name}.parquet")
        staged.append(StagedFile(name, path, len(rows), slot=f"kit-{name}"))
    lake.publish(EntryKind.LANDING, NOW, {"parts": []}, staged)
    return open_home(root)
