-- Each card's statements in sum: the last one, the months in which something was asked for.
SELECT
  account_id,
  MAX(statement_on) AS last_statement_on,
  ARG_MAX(balance_minor, statement_on) AS statement_balance_minor,
  ARG_MAX(reported_dpd, statement_on) AS reported_dpd,
  ARG_MAX(minimum_due_minor IS NULL, statement_on) AS minimum_unknown,
  MIN(CASE WHEN due_on > :as_of THEN due_on END) AS next_due_on,
  SUM(CASE WHEN due_on <= :as_of AND minimum_due_minor > 0 THEN 1 ELSE 0 END) AS instalments_due,
  BIT_OR(
    CASE WHEN month_no BETWEEN 0 AND 23 AND due_on <= :as_of AND asked THEN 1 << month_no ELSE 0 END
  ) AS due_months
FROM (
  SELECT
    account_id,
    statement_on,
    due_on,
    balance_minor,
    minimum_due_minor,
    reported_dpd,
    COALESCE(minimum_due_minor, balance_minor) > 0 AS asked,
    YEAR(due_on) * 12 + MONTH(due_on) - :window_month AS month_no
  FROM statement
) AS statements
GROUP BY account_id
