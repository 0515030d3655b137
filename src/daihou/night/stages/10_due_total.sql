-- What is due of each loan: sums to date, what comes later, and the shape of the last 24 months.
-- The shape (count, sum, least, largest, sum of amount x month, months as bits) lets 20_account_sum
-- tell without sorting which accounts were paid as agreed.
SELECT
  account_id,
  MIN(due_on) AS first_due_on,
  MIN(CASE WHEN due_on > :as_of THEN due_on END) AS next_due_on,
  SUM(CASE WHEN due_on <= :as_of THEN 1 ELSE 0 END) AS instalments_due,
  SUM(CASE WHEN due_on <= :as_of THEN amount_minor ELSE 0 END) AS due_minor,
  SUM(CASE WHEN due_on <= :as_of THEN principal_minor ELSE 0 END) AS principal_due_minor,
  SUM(CASE WHEN due_on < :window_start THEN amount_minor ELSE 0 END) AS old_minor,
  SUM(CASE WHEN due_on BETWEEN :window_start AND :as_of THEN 1 ELSE 0 END) AS shape_count,
  MIN(CASE WHEN due_on BETWEEN :window_start AND :as_of THEN amount_minor END) AS shape_least,
  MAX(CASE WHEN due_on BETWEEN :window_start AND :as_of THEN amount_minor END) AS shape_largest,
  SUM(CASE WHEN due_on BETWEEN :window_start AND :as_of THEN amount_minor * month_no ELSE 0 END)
    AS shape_moment,
  BIT_OR(CASE WHEN due_on BETWEEN :window_start AND :as_of THEN 1 << month_no ELSE 0 END)
    AS shape_months,
  MIN(CASE WHEN due_on BETWEEN :window_start AND :as_of THEN DAY(due_on) END) AS shape_day
FROM (
  SELECT
    account_id,
    due_on,
    principal_minor,
    principal_minor + interest_minor + fee_minor AS amount_minor,
    YEAR(due_on) * 12 + MONTH(due_on) - :window_month AS month_no
  FROM due
) AS dues
GROUP BY account_id
