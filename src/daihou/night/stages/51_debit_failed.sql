-- Failed auto-debits of the last 6 months by account; one without an account concerns them all.
SELECT e.account_id, e.happened_on AS failed_on
FROM event_recent AS e
WHERE e.kind = 'auto_debit_failed' AND e.account_id IS NOT NULL AND e.happened_on > :six_months_ago
UNION ALL
SELECT s.account_id, e.happened_on
FROM event_recent AS e
INNER JOIN account_state AS s ON e.customer_id = s.customer_id
WHERE e.kind = 'auto_debit_failed' AND e.account_id IS NULL AND e.happened_on > :six_months_ago
