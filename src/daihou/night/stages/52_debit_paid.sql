-- The value days of the same accounts on which money stayed, and whether it came by auto-debit.
--
-- A reversed auto-debit is no success; a payment through an unknown channel may be one.
SELECT
  p.account_id,
  p.paid_on,
  MAX(CASE WHEN p.kind = 'payment' AND p.channel = 'auto_debit' THEN 1 ELSE 0 END) AS by_debit,
  MAX(CASE WHEN p.kind = 'payment' AND p.channel IS NULL THEN 1 ELSE 0 END) AS by_unknown
FROM known_payment AS p
INNER JOIN (SELECT DISTINCT account_id FROM debit_failed) AS f ON p.account_id = f.account_id
WHERE p.paid_on > :six_months_ago
GROUP BY p.account_id, p.paid_on
HAVING SUM(CASE WHEN p.kind = 'reversal' THEN -p.amount_minor ELSE p.amount_minor END) > 0
