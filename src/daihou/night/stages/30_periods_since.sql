-- Dues paid on time since each account last became free of arrears.
SELECT d.account_id, COUNT(*) AS periods_since_current
FROM (
  SELECT account_id, due_on FROM tracked_due
  UNION ALL
  SELECT account_id, due_on FROM statement WHERE minimum_due_minor > 0
) AS d
INNER JOIN late_account AS l ON d.account_id = l.account_id
WHERE l.oldest_unpaid_on IS NULL AND d.due_on > l.last_cleared_late_on AND d.due_on <= :as_of
GROUP BY d.account_id
