-- Month ends of cards whose lender hands over its own count of days instead of minimum payments.
SELECT
  account_id,
  YEAR(statement_on) * 12 + MONTH(statement_on) - :window_month AS month_no,
  MAX(reported_dpd) AS dpd
FROM statement
WHERE reported_dpd > 0 AND minimum_due_minor IS NULL AND statement_on >= :window_start
GROUP BY account_id, YEAR(statement_on) * 12 + MONTH(statement_on) - :window_month
