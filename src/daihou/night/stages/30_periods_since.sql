-- Dues paid on time since each account last became free of arrears.
SELECT c.account_id, COUNT(*) AS periods_since_current
FROM due_cleared AS c
INNER JOIN late_account AS l ON c.account_id = l.account_id
WHERE c.due_on > l.last_cleared_late_on AND c.cleared_on <= c.due_on
GROUP BY c.account_id
