"""The questions that a report asks of published nights, as SQL over relations bound beforehand.

Relations: ``desk_history`` (account_day of every night), ``desk_months`` (of each month's last
night), ``desk_now_<table>`` and ``desk_before_<table>``, ``desk_from`` and ``desk_to`` (two nights
to compare), ``desk_cube`` (sums of the history).
"""

from __future__ import annotations

from typing import Final

_STATE: Final = (
    # Rule packs name the rule of written-off accounts so: no other column of the table tells.
    "CASE WHEN ends_with(class_rule, '.written_off') THEN 'off'"
    " WHEN bucket IS NULL THEN 'unknown' ELSE bucket END"
)

CUBE: Final = f"""
CREATE OR REPLACE TEMP TABLE desk_cube AS
WITH stated AS (
  SELECT
    as_of, product, {_STATE} AS state, COALESCE(asset_class, 'unknown') AS asset_class,
    COALESCE(CAST(stage AS VARCHAR), 'unknown') AS stage,
    CASE WHEN currency = $currency THEN balance_minor END AS balance_minor,
    CASE WHEN currency = $currency THEN overdue_minor END AS overdue_minor,
    CASE WHEN currency = $currency THEN ecl_minor END AS ecl_minor,
    CASE WHEN currency = $currency THEN provision_minor END AS provision_minor
  FROM desk_history
)
SELECT
  as_of, product, state, asset_class, stage,
  COUNT(*) AS accounts,
  COUNT(*) - COUNT(balance_minor) AS balances_unknown,
  COALESCE(SUM(balance_minor), 0) AS balance_minor,
  COUNT(*) - COUNT(overdue_minor) AS overdue_unknown,
  COALESCE(SUM(overdue_minor), 0) AS overdue_minor,
  COUNT(*) - COUNT(ecl_minor) AS ecl_unknown,
  COALESCE(SUM(ecl_minor), 0) AS ecl_minor,
  COUNT(*) - COUNT(provision_minor) AS provision_unknown,
  COALESCE(SUM(provision_minor), 0) AS provision_minor
FROM stated
GROUP BY ALL
"""

_OVER_30: Final = "state IN ('M2', 'M3', 'M4', 'M5', 'M6', 'M7')"
_OVER_90: Final = "state IN ('M4', 'M5', 'M6', 'M7')"
_NPL: Final = "asset_class IN ('substandard', 'doubtful', 'loss')"


def _sum(column: str, when: str) -> str:
    return f"COALESCE(SUM({column}) FILTER (WHERE {when}), 0)"


_ON: Final = "state <> 'off'"

TOTALS: Final = f"""
SELECT
  as_of,
  {_sum("accounts", _ON)} AS accounts,
  {_sum("balance_minor", _ON)} AS balance_minor,
  {_sum("balances_unknown", _ON)} AS balances_unknown,
  {_sum("overdue_minor", _ON)} AS overdue_minor,
  {_sum("overdue_unknown", _ON)} AS overdue_unknown,
  {_sum("accounts", "state NOT IN ('off', 'unknown', 'M0')")} AS late_accounts,
  {_sum("accounts", "state NOT IN ('off', 'unknown')")} AS timed_accounts,
  {_sum("balance_minor", "state NOT IN ('off', 'unknown')")} AS timed_minor,
  {_sum("accounts", _OVER_30)} AS over_30_accounts,
  {_sum("balance_minor", _OVER_30)} AS over_30_minor,
  {_sum("accounts", _OVER_90)} AS over_90_accounts,
  {_sum("balance_minor", _OVER_90)} AS over_90_minor,
  {_sum("accounts", f"{_ON} AND asset_class <> 'unknown'")} AS classed_accounts,
  {_sum("balance_minor", f"{_ON} AND asset_class <> 'unknown'")} AS classed_minor,
  {_sum("accounts", f"{_ON} AND {_NPL}")} AS npl_accounts,
  {_sum("balance_minor", f"{_ON} AND {_NPL}")} AS npl_minor,
  {_sum("ecl_minor", _ON)} AS ecl_minor,
  {_sum("ecl_unknown", _ON)} AS ecl_unknown,
  {_sum("provision_minor", _ON)} AS provision_minor,
  {_sum("provision_unknown", _ON)} AS provision_unknown,
  {_sum("accounts", "state = 'off'")} AS off_accounts,
  {_sum("balance_minor", "state = 'off'")} AS off_minor
FROM desk_cube
GROUP BY as_of
ORDER BY as_of
"""

_NOW: Final = "as_of = $as_of"

SLICE: Final = f"""
SELECT
  {{column}} AS key,
  {_sum("accounts", _NOW)} AS accounts,
  {_sum("balance_minor", _NOW)} AS balance_minor,
  {_sum("overdue_minor", _NOW)} AS overdue_minor,
  {_sum("ecl_minor", _NOW)} AS ecl_minor,
  {_sum("provision_minor", _NOW)} AS provision_minor,
  {_sum("balance_minor", f"{_NOW} AND {_OVER_30}")} AS over_30_minor,
  {_sum("balance_minor", f"{_NOW} AND {_OVER_90}")} AS over_90_minor,
  {_sum("balance_minor", f"{_NOW} AND {_NPL}")} AS npl_minor,
  {_sum("balance_minor", f"{_NOW} AND state <> 'unknown'")} AS timed_minor,
  {_sum("balance_minor", f"{_NOW} AND asset_class <> 'unknown'")} AS classed_minor,
  {_sum("accounts", "as_of = $before")} AS accounts_before,
  {_sum("balance_minor", "as_of = $before")} AS balance_before_minor
FROM desk_cube
WHERE {_ON} AND (as_of = $as_of OR as_of = $before)
GROUP BY 1
"""

_SIDE: Final = (
    f"SELECT account_id, {_STATE} AS state, asset_class,"
    " CASE WHEN currency = $currency THEN balance_minor END AS balance_minor FROM "
)

FLOWS: Final = f"""
SELECT
  COALESCE(a.state, 'new') AS from_state,
  COALESCE(b.state, 'closed') AS to_state,
  COUNT(*) AS accounts,
  COALESCE(SUM(CASE WHEN a.state IS NULL THEN b.balance_minor ELSE a.balance_minor END), 0)
    AS balance_minor
FROM ({_SIDE} desk_from) AS a
FULL JOIN ({_SIDE} desk_to) AS b ON a.account_id = b.account_id
WHERE a.state IS NULL OR a.state <> 'off'
GROUP BY 1, 2
ORDER BY 1, 2
"""

_RANK: Final = "list_position(['pass', 'special_mention', 'substandard', 'doubtful', 'loss'], {})"

CLASS_MOVES: Final = f"""
SELECT
  COUNT(*) FILTER (WHERE after > before) AS worse,
  COUNT(*) FILTER (WHERE after < before) AS better,
  SUM(balance_minor) FILTER (WHERE after > before) AS worse_minor,
  SUM(balance_minor) FILTER (WHERE after < before) AS better_minor
FROM (
  SELECT
    {_RANK.format("a.asset_class")} AS before, {_RANK.format("b.asset_class")} AS after,
    a.balance_minor
  FROM ({_SIDE} desk_from) AS a
  INNER JOIN ({_SIDE} desk_to) AS b ON a.account_id = b.account_id
) AS moved
"""

VINTAGES: Final = f"""
WITH seen AS (
  -- The month of opening by whole months on book; the earliest one seen, because a loan opened on
  -- the 31st counts a month late in short months.
  SELECT
    account_id,
    MIN(CAST(date_trunc('month', as_of) AS DATE) - to_months(months_on_book)) AS opened,
    MIN(months_on_book) AS first_age,
    MIN(CASE WHEN dpd > 90 OR {_STATE} = 'off' THEN months_on_book END) AS bad_age
  FROM desk_months
  GROUP BY account_id
),
cohort AS (
  SELECT
    date_trunc('quarter', opened) AS opens_on, COUNT(*) AS accounts,
    CAST(median(first_age) AS INTEGER) AS first_age,
    datediff('month', MAX(CAST(opened AS DATE)), $as_of) AS last_age
  FROM seen
  GROUP BY 1
  HAVING COUNT(*) >= $least
),
kept AS (SELECT * FROM cohort WHERE last_age > first_age ORDER BY opens_on DESC LIMIT $most)
SELECT
  strftime(k.opens_on, '%Y') || 'Q' || quarter(k.opens_on) AS quarter, k.accounts, k.first_age,
  k.last_age, s.bad_age, COUNT(*) AS bad
FROM kept AS k
INNER JOIN seen AS s ON date_trunc('quarter', s.opened) = k.opens_on
GROUP BY ALL
ORDER BY quarter, s.bad_age
"""

SIGNALS: Final = """
WITH hit AS (
  SELECT
    signal_id, subject_kind,
    COUNT(*) FILTER (WHERE level = 'yellow') AS yellow,
    COUNT(*) FILTER (WHERE level = 'orange') AS orange,
    COUNT(*) FILTER (WHERE level = 'red') AS red,
    COUNT(*) AS hits
  FROM desk_now_signal_day WHERE verdict = 'hit' GROUP BY 1, 2
),
earlier AS (
  SELECT signal_id, subject_kind, COUNT(*) AS hits_before
  FROM desk_before_signal_day WHERE verdict = 'hit' GROUP BY 1, 2
),
lists AS (
  -- Few different lists are shared by many subjects: count the lists before taking them apart.
  SELECT 'account' AS subject_kind, unknown_signals AS ids, COUNT(*) AS n
  FROM desk_now_account_day WHERE unknown_signals IS NOT NULL GROUP BY 2
  UNION ALL
  SELECT 'customer', unknown_signals, COUNT(*)
  FROM desk_now_customer_day WHERE unknown_signals IS NOT NULL GROUP BY 2
),
apart AS (
  SELECT subject_kind, trim(unnest(string_split(ids, ','))) AS signal_id, n FROM lists
),
untold AS (
  SELECT signal_id, subject_kind, SUM(n) AS unknown
  FROM apart WHERE signal_id <> '' GROUP BY 1, 2
)
SELECT * FROM (
SELECT
  COALESCE(h.signal_id, u.signal_id, e.signal_id) AS signal_id,
  COALESCE(h.subject_kind, u.subject_kind, e.subject_kind) AS subject_kind,
  COALESCE(h.yellow, 0) AS yellow, COALESCE(h.orange, 0) AS orange, COALESCE(h.red, 0) AS red,
  COALESCE(h.hits, 0) AS hits, COALESCE(e.hits_before, 0) AS hits_before,
  CAST(COALESCE(u.unknown, 0) AS BIGINT) AS unknown
FROM hit AS h
FULL JOIN untold AS u ON h.signal_id = u.signal_id AND h.subject_kind = u.subject_kind
FULL JOIN earlier AS e
  ON COALESCE(h.signal_id, u.signal_id) = e.signal_id
  AND COALESCE(h.subject_kind, u.subject_kind) = e.subject_kind
) AS counted
ORDER BY hits DESC, unknown DESC, signal_id, subject_kind
"""

DECISIONS: Final = """
WITH decided AS (
  SELECT
    arm, treatment, rule_id, level, COUNT(*) AS subjects, SUM(amount_minor) AS amount_minor,
    COUNT(*) FILTER (WHERE needs_two) AS needs_two
  FROM desk_now_decision_day GROUP BY 1, 2, 3, 4
),
earlier AS (
  SELECT arm, treatment, rule_id, level, COUNT(*) AS subjects_before
  FROM desk_before_decision_day GROUP BY 1, 2, 3, 4
)
SELECT * FROM (
SELECT
  COALESCE(d.arm, e.arm) AS arm, COALESCE(d.treatment, e.treatment) AS treatment,
  COALESCE(d.rule_id, e.rule_id) AS rule_id, COALESCE(d.level, e.level) AS level,
  COALESCE(d.subjects, 0) AS subjects, COALESCE(e.subjects_before, 0) AS subjects_before,
  d.amount_minor, COALESCE(d.needs_two, 0) AS needs_two
FROM decided AS d
FULL JOIN earlier AS e
  ON d.arm = e.arm AND d.treatment = e.treatment AND d.rule_id = e.rule_id
  AND d.level IS NOT DISTINCT FROM e.level
) AS counted
ORDER BY arm <> 'champion', arm, treatment, subjects DESC, rule_id, level
"""

WATCH_LEVELS: Final = """
SELECT
  COALESCE(n.level, b.level) AS level, COALESCE(n.customers, 0) AS customers,
  COALESCE(b.customers, 0) AS customers_before
FROM (
  SELECT watch_level AS level, COUNT(*) AS customers FROM desk_now_customer_day
  WHERE watch_level IS NOT NULL GROUP BY 1
) AS n
FULL JOIN (
  SELECT watch_level AS level, COUNT(*) AS customers FROM desk_before_customer_day
  WHERE watch_level IS NOT NULL GROUP BY 1
) AS b ON n.level = b.level
"""

WATCH_ROWS: Final = """
WITH shortest AS (
  SELECT customer_id, watch_level AS level, accounts, balance_minor, overdue_minor, dpd_max,
    worst_class
  FROM desk_now_customer_day
  WHERE watch_level IS NOT NULL
  ORDER BY list_position(['red', 'orange', 'yellow'], watch_level), overdue_minor DESC,
    balance_minor DESC, customer_id
  LIMIT $rows
),
why AS (
  SELECT customer_id, MIN(rule_id) AS rule_id, MIN(reasons) AS reasons
  FROM desk_now_decision_day
  WHERE treatment = 'watch' AND arm = 'champion' AND subject_kind = 'customer'
    AND customer_id IN (SELECT customer_id FROM shortest)
  GROUP BY customer_id
)
SELECT
  s.*, w.rule_id, w.reasons,
  NOT EXISTS (
    SELECT 1 FROM desk_before_customer_day AS b
    WHERE b.customer_id = s.customer_id AND b.watch_level IS NOT NULL
  ) AS is_new
FROM shortest AS s
LEFT JOIN why AS w ON s.customer_id = w.customer_id
ORDER BY list_position(['red', 'orange', 'yellow'], s.level), s.overdue_minor DESC,
  s.balance_minor DESC, s.customer_id
"""

WORST_ACCOUNTS: Final = f"""
SELECT account_id, product, balance_minor, overdue_minor, dpd, bucket, status_24m, asset_class,
  stage, months_on_book
FROM desk_now_account_day
WHERE overdue_minor > 0 AND currency = $currency AND {_STATE} <> 'off'
ORDER BY overdue_minor DESC, dpd DESC NULLS LAST, account_id
LIMIT $rows
"""

CHECKS: Final = """
SELECT
  n.code, n.table_name, n.severity, n.rows, COALESCE(b.rows, 0) AS rows_before, n.message
FROM (
  SELECT code, table_name, severity, COUNT(*) AS rows, MIN(message) AS message
  FROM desk_now_check_day GROUP BY 1, 2, 3
) AS n
LEFT JOIN (
  SELECT code, table_name, severity, COUNT(*) AS rows FROM desk_before_check_day GROUP BY 1, 2, 3
) AS b ON n.code = b.code AND n.table_name = b.table_name AND n.severity = b.severity
ORDER BY n.severity, n.rows DESC, n.code, n.table_name
"""

OTHER_CURRENCY: Final = """
SELECT COUNT(*) FROM desk_now_account_day WHERE currency <> $currency
"""
