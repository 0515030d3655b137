-- The next due day of each loan.
SELECT account_id, MIN(due_on) AS next_due_on
FROM due
WHERE due_on > :as_of
GROUP BY account_id
