-- What was paid to each account: sums, and the shape described in 10_due_total.
SELECT
  account_id,
  CAST(COUNT(*) AS INTEGER) AS payments,
  MIN(paid_on) AS first_paid_on,
  MAX(CASE WHEN amount_minor > 0 THEN paid_on END) AS last_paid_on,
  CAST(SUM(amount_minor) AS BIGINT) AS paid_minor,
  CAST(SUM(principal_minor) AS BIGINT) AS principal_paid_minor,
  CAST(COUNT(principal_minor) AS INTEGER) AS principal_given,
  CAST(SUM(CASE WHEN slot > 0 THEN 1 ELSE 0 END) AS INTEGER) AS recent,
  CAST(SUM(CASE WHEN slot > 0 THEN amount_minor ELSE 0 END) AS BIGINT) AS recent_minor,
  MIN(amount_minor) AS least_minor,
  MAX(amount_minor) AS largest_minor,
  TRY_CAST(SUM(amount_minor * slot) AS BIGINT) AS moment,
  BIT_OR(CAST(1 AS BIGINT) << slot) AS months,
  MAX(DAY(paid_on)) AS day_in_month
FROM (
  SELECT
    account_id,
    paid_on,
    amount_minor,
    principal_minor,
    GREATEST(YEAR(paid_on) * 12 + MONTH(paid_on) - :slot_month, 0) AS slot
  FROM paid
) AS payments
GROUP BY account_id
