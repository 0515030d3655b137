-- What was paid to each card after its last statement.
SELECT p.account_id, SUM(p.amount_minor) AS paid_since_minor
FROM paid AS p
INNER JOIN card_sum AS c ON p.account_id = c.account_id
WHERE p.paid_on > c.last_statement_on
GROUP BY p.account_id
