"""What check-in finds wrong with the landed facts, what audits forbid, and where the brakes are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlglot import exp

from daihou.night.book import Book, Brakes
from daihou.night.program import Audit, Stage, literal, stage_query

_NO_ACCOUNT = "NOT EXISTS (SELECT 1 FROM known_account AS a WHERE a.account_id = f.account_id)"

_CHECKS = (
    (
        ("K001", "customer", "account", "warn", "its customer was not handed over"),
        "SELECT a.account_id AS row_key FROM known_account AS a INNER JOIN customer_exception AS x"
        " ON a.customer_id = x.customer_id WHERE x.retail IS NULL",
    ),
    (
        ("K002", "instalment", "instalment", "reject", "due of an account not handed over"),
        f"SELECT f.account_id AS row_key FROM due_total AS f WHERE {_NO_ACCOUNT}",
    ),
    (
        ("K003", "payment", "payment", "reject", "payment to an account not handed over"),
        f"SELECT f.account_id AS row_key FROM paid_total AS f WHERE {_NO_ACCOUNT}",
    ),
    (
        ("K004", "payment", "payment", "warn", "paid before the account was opened"),
        "SELECT account_id AS row_key FROM account_sum WHERE first_paid_on < opened_on",
    ),
    (
        ("K005", "payment", "payment", "warn", "more was taken back than paid"),
        "SELECT account_id AS row_key FROM account_sum WHERE paid_minor < 0",
    ),
    (
        ("K006", "account", "account", "reject", "not in the currency of the book"),
        "SELECT account_id AS row_key FROM known_account WHERE currency <> :currency",
    ),
    *(
        (
            ("K007", table, table, "reject", "row of an account not handed over"),
            f"SELECT DISTINCT f.account_id AS row_key FROM known_{table} AS f WHERE {_NO_ACCOUNT}",
        )
        for table in (
            "card_statement",
            "ledger_balance",
            "guarantee",
            "collateral",
            "restructuring",
        )
    ),
    (
        ("K008", "credit_line", "account", "warn", "its credit line was not handed over"),
        "SELECT a.account_id AS row_key FROM known_account AS a WHERE a.line_id IS NOT NULL AND"
        " NOT EXISTS (SELECT 1 FROM known_credit_line AS l WHERE l.line_id = a.line_id)",
    ),
)
"""((code, fact that must be fed, table, severity, message), query of row_key)."""


def check_stage(fed: Collection[str], currency: str) -> Stage:
    """Return ``check_found``: code, table_name, row_key, severity, message of doubtful rows.

    K001 owner not handed over · K002 due without account · K003 payment without account ·
    K004 paid before it was opened · K005 more taken back than paid · K006 another currency ·
    K007 other row without account · K008 line not handed over · K009 whole table missing.
    """
    columns = (
        "SELECT '{}' AS code, '{}' AS table_name, row_key, '{}' AS severity, '{}' AS message"
        " FROM ({}) AS found"
    )
    parts = [
        columns.format(
            "K009", table, "warn", "the table was never handed over", "SELECT '*' AS row_key"
        )
        for table in sorted({"customer", "account"} - set(fed))
    ]
    parts += [
        columns.format(code, table, severity, message, body)
        for (code, needs, table, severity, message), body in _CHECKS
        if needs in fed
    ]
    text = " UNION ALL ".join(parts)
    return Stage("check_found", stage_query(text, "check", {"currency": currency}), "check in")


def audits() -> tuple[Audit, ...]:
    """Return the queries that must return no rows before a night is published."""
    texts = {
        "one_row_an_account": (
            "every open account of the book is in account_day exactly once",
            "SELECT 'account_sum has ' || a.n || ' rows, account_day ' || b.n AS problem FROM"
            " (SELECT COUNT(*) AS n FROM account_sum) AS a CROSS JOIN"
            " (SELECT COUNT(*) AS n FROM account_full) AS b WHERE a.n <> b.n",
        ),
        "arrears_have_days": (
            "an account has days past due exactly when something is overdue",
            "SELECT account_id || ': dpd ' || dpd || ', overdue ' || overdue_minor AS problem FROM"
            " account_full WHERE dpd_basis = 'allocated' AND (dpd < 0 OR overdue_minor < 0 OR"
            " (dpd > 0) <> (overdue_minor > 0))",
        ),
        "class_follows_days": (
            "an account more than 90 days past due is at least substandard",
            "SELECT account_id || ': ' || dpd || ' days, ' || asset_class AS problem FROM"
            " account_full WHERE dpd > 90 AND asset_class IN ('pass', 'special_mention')",
        ),
        "customers_add_up": (
            "customers hold what their accounts hold",
            "SELECT 'accounts ' || a.balance || ', customers ' || c.balance AS problem FROM"
            " (SELECT SUM(balance_minor) AS balance FROM account_full) AS a CROSS JOIN"
            " (SELECT SUM(balance_minor) AS balance FROM customer_full) AS c"
            " WHERE a.balance <> c.balance",
        ),
        "decisions_have_rules": (
            "every decision names its rule, its reasons and its policy",
            "SELECT subject_id || ': ' || treatment AS problem FROM decision WHERE rule_id IS NULL"
            " OR reasons IS NULL OR policy_version IS NULL",
        ),
        "orders_are_permitted": (
            "an inquiry is ordered only when the gate refuses nothing, and says its proof",
            "SELECT customer_id || ': ' || COALESCE(refused_by, 'no proof') AS problem FROM"
            " inquiry_order WHERE status <> 'refused' AND (refused_by IS NOT NULL OR proof IS"
            " NULL) OR status = 'refused' AND refused_by IS NULL",
        ),
        "one_order_a_person": (
            "a night orders at most one inquiry about a person",
            "SELECT customer_id || ': ' || COUNT(*) AS problem FROM inquiry_order GROUP BY"
            " customer_id HAVING COUNT(*) > 1",
        ),
        "one_decision_a_treatment": (
            "a treatment is decided once for a subject and arm",
            "SELECT subject_id || ': ' || treatment AS problem FROM decision GROUP BY subject_kind,"
            " subject_id, treatment, arm HAVING COUNT(*) > 1",
        ),
    }
    return tuple(
        Audit(name, law, stage_query(text, f"audit {name}", {}))
        for name, (law, text) in texts.items()
    )


def brake_queries(book: Book, before: date | None) -> tuple[Audit, ...]:
    """Return the brakes of a book as queries over the night's relations and ``account_before``.

    ``before`` is the as_of of the last published night; without one only the caps on this night's
    own decisions hold.
    """
    caps = book.brakes
    texts: dict[str, tuple[str, str]] = {}
    for name, treatment in (
        ("line_freezes_max", "line_freeze"),
        ("line_cuts_max", "line_cut"),
        ("black_list_max", "list_black"),
    ):
        if (cap := getattr(caps, name)) is not None:
            texts[name] = (
                f"at most {cap:,} {treatment} a night",
                f"SELECT COUNT(*) || ' {treatment} proposals, the cap is {cap}' AS problem FROM"
                f" decision WHERE arm = 'champion' AND treatment = '{treatment}'"
                f" HAVING COUNT(*) > {cap}",
            )
    if (cap := caps.inquiries_max) is not None:
        texts["inquiries_max"] = (
            f"at most {cap:,} inquiries a night",
            f"SELECT COUNT(*) || ' inquiries ordered, the cap is {cap}' AS problem FROM"
            f" inquiry_order WHERE status = 'ordered' HAVING COUNT(*) > {cap}",
        )
    if caps.limit_cut_minor_max is not None:
        texts["limit_cut_minor_max"] = (
            f"at most {caps.limit_cut_minor_max:,} minor units cut from limits a night",
            "SELECT SUM(a.limit_minor - d.amount_minor) || ' would be cut from limits' AS problem"
            " FROM decision AS d INNER JOIN account_full AS a ON d.subject_id = a.account_id WHERE"
            " d.treatment = 'line_cut' AND d.arm = 'champion'"
            f" HAVING SUM(a.limit_minor - d.amount_minor) > {caps.limit_cut_minor_max}",
        )
    texts |= _share_brakes(caps)
    if before is not None:
        texts |= _change_brakes(caps)
    return tuple(
        Audit(name, law, stage_query(text, f"brake {name}", {}))
        for name, (law, text) in texts.items()
    )


def _share_brakes(caps: Brakes) -> dict[str, tuple[str, str]]:
    texts = {}
    if (cap := caps.dpd_unknown_max_bp) is not None:
        texts["dpd_unknown_max_bp"] = (
            f"days past due unknown on at most {cap} bp of the accounts",
            "SELECT unknown || ' of ' || n || ' accounts have no known days past due' AS problem"
            " FROM (SELECT COUNT(*) AS n, COUNT(*) - COUNT(dpd) AS unknown FROM account_full) AS t"
            f" WHERE unknown * 10000 > n * {cap}",
        )
    if (cap := caps.rows_rejected_max_bp) is not None:
        texts["rows_rejected_max_bp"] = (
            f"check-in leaves out at most {cap} bp of the accounts' rows",
            "SELECT rejected || ' keys left out by check-in, ' || n || ' accounts' AS problem FROM"
            " (SELECT COUNT(*) AS n FROM account_full) AS t CROSS JOIN (SELECT COUNT(*) AS rejected"
            " FROM check_found WHERE severity = 'reject') AS c"
            f" WHERE rejected * 10000 > n * {cap}",
        )
    return texts


def _change_brakes(caps: Brakes) -> dict[str, tuple[str, str]]:
    texts = {}
    for name, what, total in (
        ("accounts_change_max_bp", "accounts", "COUNT(*)"),
        ("balance_change_max_bp", "balance in minor units", "SUM(balance_minor)"),
    ):
        if (cap := getattr(caps, name)) is not None:
            texts[name] = (
                f"{what} change by at most {cap} bp since the night before",
                f"SELECT '{what}: ' || b.n || ' the night before, ' || a.n || ' now' AS problem"
                f" FROM (SELECT {total} AS n FROM account_full) AS a CROSS JOIN"
                f" (SELECT {total} AS n FROM account_before) AS b"
                f" WHERE ABS(a.n - b.n) * 10000 > b.n * {cap}",
            )
    if (cap := caps.class_downgrades_max_bp) is not None:
        rank = (
            "CASE {} WHEN 'pass' THEN 0 WHEN 'special_mention' THEN 1 WHEN 'substandard' THEN 2"
            " WHEN 'doubtful' THEN 3 WHEN 'loss' THEN 4 END"
        )
        texts["class_downgrades_max_bp"] = (
            f"at most {cap} bp of the accounts get a worse class than the night before",
            "SELECT worse || ' of ' || n || ' accounts got a worse class' AS problem FROM"
            " (SELECT COUNT(*) AS n, SUM(CASE WHEN"
            f" {rank.format('a.asset_class')} > {rank.format('b.asset_class')}"
            " THEN 1 ELSE 0 END) AS worse FROM account_full AS a INNER JOIN account_before AS b"
            f" ON a.account_id = b.account_id) AS t WHERE worse * 10000 > n * {cap}",
        )
    return texts


def key_columns(book: str, as_of: date) -> list[exp.Expr]:
    """Return the columns ``book`` and ``as_of`` that open every result row."""
    return [exp.alias_(literal(book), "book"), exp.alias_(literal(as_of), "as_of")]
