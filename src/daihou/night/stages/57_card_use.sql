-- Use of each card by its transactions.
SELECT
  t.account_id,
  t.spend_minor,
  t.cash_minor + COALESCE(r.round_minor, 0) AS cash_minor,
  t.cash_night,
  t.used_on,
  t.first_on
FROM (
  SELECT
    account_id,
    SUM(spend_minor) AS spend_minor,
    SUM(cash_minor) AS cash_minor,
    SUM(cash_night) AS cash_night,
    MAX(used_on) AS used_on,
    MIN(first_on) AS first_on
  FROM transaction_sum
  WHERE account_id IS NOT NULL
  GROUP BY account_id
) AS t
INNER JOIN account_state AS s ON t.account_id = s.account_id AND s.product = 'card'
LEFT JOIN card_round AS r ON t.account_id = r.account_id
