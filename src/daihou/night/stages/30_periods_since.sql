-- Dues paid on time since each account last became free of arrears.
SELECT d.account_no, COUNT(*) AS periods_since_current
FROM (
  SELECT account_no, due_on FROM tracked_due
  UNION ALL
  SELECT t.account_no, s.due_on
  FROM statement AS s
  INNER JOIN tracked AS t ON s.account_id = t.account_id
  WHERE s.minimum_due_minor > 0
) AS d
INNER JOIN late_account AS l ON d.account_no = l.account_no
WHERE l.oldest_unpaid_on IS NULL AND d.due_on > l.last_cleared_late_on AND d.due_on <= :as_of
GROUP BY d.account_no
