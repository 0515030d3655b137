-- What was paid to each card.
SELECT t.account_no, p.paid_on, p.amount_minor
FROM paid AS p
INNER JOIN tracked AS t ON p.account_id = t.account_id AND t.is_card
