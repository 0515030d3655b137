-- What all accounts on one credit line owe together: a shared limit is counted once.
SELECT
  p.line_id,
  SUM(p.balance_minor) AS balance_minor,
  SUM(CASE WHEN p.balance_minor IS NULL THEN 1 ELSE 0 END) AS unknown_balances
FROM account_position AS p
WHERE p.line_id IS NOT NULL
GROUP BY p.line_id
