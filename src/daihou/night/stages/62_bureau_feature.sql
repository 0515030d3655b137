-- What signals read of the newest report of each customer, and how it differs from the one before.
-- A change is unknown without an earlier report, or when nothing was owed before and something is now.
SELECT
  l.customer_id,
  l.report_on AS bureau_report_on,
  b.report_on AS bureau_before_on,
  :bureau_columns,
  l.card_use_bp AS bureau_card_use_bp,
  l.card_use_bp - b.card_use_bp AS bureau_card_use_change_bp,
  CASE WHEN l.card_limit_minor > 0 THEN l.card_used_average_minor * 10000 // l.card_limit_minor END
    AS bureau_card_average_bp,
  CASE WHEN l.debt_minor = b.debt_minor THEN 0
    ELSE (l.debt_minor - b.debt_minor) * 10000 // NULLIF(b.debt_minor, 0) END
    AS bureau_debt_change_bp,
  CASE WHEN l.loan_balance_minor = b.loan_balance_minor THEN 0
    ELSE (l.loan_balance_minor - b.loan_balance_minor) * 10000 // NULLIF(b.loan_balance_minor, 0)
  END AS bureau_loan_change_bp,
  l.guaranteed_minor - b.guaranteed_minor AS bureau_guaranteed_change_minor,
  c.monthly_income_minor,
  l.monthly_due_minor * 10000 // NULLIF(c.monthly_income_minor, 0) AS bureau_due_bp,
  m.minimum_2m AS bureau_minimum_2m,
  m.minimum_3m AS bureau_minimum_3m,
  l.telecom_arrears_months_24m AS bureau_telecom_arrears_24m,
  CASE WHEN l.alert THEN 1 WHEN NOT l.alert THEN 0 END AS bureau_alerts,
  l.score - b.score AS bureau_score_change
FROM bureau_latest AS l
LEFT JOIN bureau_before AS b ON l.customer_id = b.customer_id
LEFT JOIN bureau_minimum AS m ON l.customer_id = m.customer_id
LEFT JOIN known_customer AS c ON l.customer_id = c.customer_id
