-- How far each account's payments reach in its line of dues.
SELECT account_id, paid_minor AS reached_minor
FROM account_sum
WHERE NOT plain AND product <> 'card'
UNION ALL
SELECT account_id, MAX(asked_total_minor - unpaid_minor) AS reached_minor
FROM card_event
GROUP BY account_id
