-- The report before the newest one, of an earlier day, for the few customers who have one.
SELECT
  b.customer_id,
  b.report_on,
  CASE WHEN b.card_limit_minor > 0 AND b.card_used_minor IS NOT NULL
    THEN CAST(LEAST(b.card_used_minor * 10000 // b.card_limit_minor, 2000000000) AS INTEGER)
  END AS card_use_bp,
  b.debt_minor,
  b.loan_balance_minor,
  b.guaranteed_minor,
  b.score
FROM known_bureau_report AS b
INNER JOIN bureau_latest AS l
  ON b.customer_id = l.customer_id AND l.reports > 1 AND b.report_on < l.report_on
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY b.customer_id ORDER BY b.report_on DESC, b.received_on DESC, b.report_id DESC
) = 1
