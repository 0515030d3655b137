-- What is left of principal and of interest in the dues that payments do not reach in full.
SELECT
  u.account_id,
  SUM(c.principal_minor - LEAST(c.principal_minor, GREATEST(u.into_minor - :before_principal, 0)))
    AS principal_unpaid_minor,
  MIN(CASE WHEN u.overdue AND c.interest_minor > 0 AND :through_interest > u.into_minor
    THEN c.due_on END) AS oldest_unpaid_interest_on
FROM (
  SELECT
    d.account_id,
    d.instalment_no,
    GREATEST(r.reached_minor - (d.due_total_minor - d.amount_minor), 0) AS into_minor,
    d.due_on < :as_of
      AND d.due_total_minor - d.amount_minor * :tolerance_bp // 10000 > r.reached_minor AS overdue
  FROM tracked_due AS d
  INNER JOIN reached AS r ON d.account_id = r.account_id AND d.due_total_minor > r.reached_minor
) AS u
INNER JOIN due AS c ON u.account_id = c.account_id AND u.instalment_no = c.instalment_no
GROUP BY u.account_id
