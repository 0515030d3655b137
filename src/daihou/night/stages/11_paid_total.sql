-- What was paid to each account: sums to date and the shape of the last 24 months, as in 10_due_total.
SELECT
  account_id,
  MAX(CASE WHEN amount_minor > 0 THEN paid_on END) AS last_paid_on,
  SUM(amount_minor) AS paid_minor,
  SUM(principal_minor) AS principal_paid_minor,
  SUM(CASE WHEN principal_minor IS NULL THEN 1 ELSE 0 END) AS principal_unsplit,
  SUM(CASE WHEN paid_on > :three_months_ago THEN amount_minor ELSE 0 END) AS paid_3m_minor,
  SUM(CASE WHEN paid_on > :nine_months_ago AND paid_on <= :three_months_ago
      THEN amount_minor ELSE 0 END) AS paid_prev_6m_minor,
  SUM(CASE WHEN paid_on < :window_start THEN amount_minor ELSE 0 END) AS old_minor,
  SUM(CASE WHEN paid_on >= :window_start THEN 1 ELSE 0 END) AS shape_count,
  MIN(CASE WHEN paid_on >= :window_start THEN amount_minor END) AS shape_least,
  MAX(CASE WHEN paid_on >= :window_start THEN amount_minor END) AS shape_largest,
  SUM(CASE WHEN paid_on >= :window_start THEN amount_minor * month_no ELSE 0 END) AS shape_moment,
  BIT_OR(CASE WHEN paid_on >= :window_start THEN 1 << month_no ELSE 0 END) AS shape_months,
  MAX(CASE WHEN paid_on >= :window_start THEN DAY(paid_on) END) AS shape_day
FROM (
  SELECT
    account_id,
    paid_on,
    amount_minor,
    principal_minor,
    YEAR(paid_on) * 12 + MONTH(paid_on) - :window_month AS month_no
  FROM paid
) AS payments
GROUP BY account_id
