-- What stands overdue on each account that was not plainly paid, and what its history says.
SELECT
  c.account_id,
  SUM(CASE WHEN c.due_on <= :as_of AND c.cleared_on IS NULL THEN 1 ELSE 0 END) AS missed,
  MIN(CASE WHEN c.due_on < :as_of AND c.cleared_on IS NULL THEN c.due_on END) AS oldest_unpaid_on,
  SUM(CASE WHEN c.due_on < :as_of AND c.cleared_on IS NULL
      THEN LEAST(c.amount_minor, GREATEST(c.due_total_minor - c.reached_minor, 0)) ELSE 0 END)
    AS overdue_minor,
  MIN(CASE WHEN c.due_on < :as_of AND c.cleared_on IS NULL
      AND c.due_total_minor - c.amount_minor + :through_interest > c.reached_minor
      AND c.interest_minor > 0 THEN c.due_on END) AS oldest_unpaid_interest_on,
  SUM(LEAST(c.principal_minor, GREATEST(
      c.reached_minor - (c.due_total_minor - c.amount_minor) - :before_principal, 0)))
    AS principal_allocated_minor,
  MIN(CASE WHEN c.due_rank = 1 THEN c.due_on END) AS first_due_on,
  MAX(CASE WHEN c.due_rank = 1 THEN c.cleared_on END) AS first_due_cleared_on,
  SUM(CASE WHEN c.due_on > :six_months_ago AND c.due_on < :as_of
      AND (c.cleared_on IS NULL OR c.cleared_on > c.due_on) THEN 1 ELSE 0 END) AS late_times_6m,
  MAX(CASE WHEN COALESCE(c.cleared_on, :as_of) >= :window_start
      AND COALESCE(c.cleared_on - 1, :as_of) - c.due_on > :npl_days
      THEN COALESCE(c.cleared_on - 1, :as_of) END) AS npl_last_on,
  MAX(CASE WHEN c.cleared_on > c.due_on AND c.cleared_on >= :window_start THEN c.cleared_on END)
    AS last_cleared_late_on
FROM (
  SELECT
    d.*,
    COALESCE(r.reached_minor, 0) AS reached_minor,
    ROW_NUMBER() OVER (PARTITION BY d.account_id ORDER BY d.due_on, d.instalment_no)
      AS due_rank
  FROM due_cleared AS d
  LEFT JOIN reached AS r ON d.account_id = r.account_id
) AS c
GROUP BY c.account_id
