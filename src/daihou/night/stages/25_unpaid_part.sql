-- What is left of principal and of interest in the dues that payments do not reach in full.
SELECT
  c.account_no,
  CAST(SUM(c.principal_minor
    - LEAST(c.principal_minor, GREATEST(c.into_minor - :before_principal, 0))) AS BIGINT)
    AS principal_unpaid_minor,
  MIN(CASE WHEN c.overdue AND c.interest_minor > 0 AND :through_interest > c.into_minor
    THEN c.due_on END) AS oldest_unpaid_interest_on
FROM (
  SELECT
    d.*,
    GREATEST(t.paid_minor - (d.due_total_minor - d.amount_minor), 0) AS into_minor,
    d.due_on < :as_of
      AND d.due_total_minor - d.amount_minor * :tolerance_bp // 10000 > t.paid_minor AS overdue
  FROM tracked_due AS d
  INNER JOIN tracked AS t ON d.account_no = t.account_no AND d.due_total_minor > t.paid_minor
) AS c
GROUP BY c.account_no
