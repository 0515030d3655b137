-- Round sums at one merchant, three times or more in 3 months: counted as cash (疑似套现).
--
-- Round is a multiple of 100,000 minor units (1,000 yuan); the figures are an assumption.
SELECT account_id, SUM(amount_minor) AS round_minor
FROM (
  SELECT account_id, counterparty_id, SUM(amount_minor) AS amount_minor
  FROM known_transaction
  WHERE account_id IS NOT NULL
    AND counterparty_id IS NOT NULL
    AND category = 'purchase'
    AND booked_on > :three_months_ago
    AND amount_minor % 100000 = 0
  GROUP BY account_id, counterparty_id
  HAVING COUNT(*) >= 3
) AS merchants
GROUP BY account_id
