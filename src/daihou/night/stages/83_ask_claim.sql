-- Accounts that are not closed, with what is owed on them; null is unknown.
SELECT a.account_id, a.customer_id, a.product, a.line_id, a.amount_minor, f.balance_minor
FROM known_account AS a
LEFT JOIN account_full AS f ON a.account_id = f.account_id
WHERE a.closed_on IS NULL AND a.opened_on <= :as_of
