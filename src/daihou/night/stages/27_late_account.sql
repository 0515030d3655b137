-- What stands overdue on each account that was ever late, and what its history says.
SELECT
  c.account_no,
  CAST(SUM(CASE WHEN c.due_on <= :as_of AND c.cleared_on IS NULL THEN 1 ELSE 0 END) AS INTEGER)
    AS missed,
  MIN(CASE WHEN c.due_on < :as_of AND c.cleared_on IS NULL THEN c.due_on END) AS oldest_unpaid_on,
  CAST(SUM(CASE WHEN c.due_on < :as_of AND c.cleared_on IS NULL
      THEN LEAST(c.amount_minor, GREATEST(c.due_total_minor - COALESCE(r.reached_minor, 0), 0))
      ELSE 0 END) AS BIGINT) AS overdue_minor,
  CAST(SUM(CASE WHEN c.due_on > :six_months_ago AND c.due_on < :as_of THEN 1 ELSE 0 END)
    AS INTEGER) AS late_times_6m,
  MAX(CASE WHEN COALESCE(c.cleared_on, :as_of) >= :window_start
      AND COALESCE(c.cleared_on - 1, :as_of) - c.due_on > :npl_days
      THEN COALESCE(c.cleared_on - 1, :as_of) END) AS npl_last_on,
  MAX(CASE WHEN c.cleared_on >= :window_start THEN c.cleared_on END) AS last_cleared_late_on
FROM late_due AS c
LEFT JOIN reached AS r ON c.account_no = r.account_no
GROUP BY c.account_no
