-- How far each account's payments reach in its line of dues.
SELECT account_no, paid_minor AS reached_minor
FROM tracked
WHERE NOT is_card
UNION ALL
SELECT account_no, MAX(asked_total_minor - unpaid_minor) AS reached_minor
FROM card_event
GROUP BY account_no
