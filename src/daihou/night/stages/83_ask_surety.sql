-- Guarantees in force, with the account that each secures and whether its line is valid.
SELECT
  g.guarantee_id,
  g.guarantor_id AS customer_id,
  g.amount_minor,
  c.account_id,
  c.balance_minor,
  l.line_id IS NOT NULL AS line_valid
FROM known_guarantee AS g
INNER JOIN known_account AS a ON g.account_id = a.account_id
LEFT JOIN ask_claim AS c ON g.account_id = c.account_id
LEFT JOIN ask_line AS l ON a.line_id = l.line_id
WHERE g.starts_on <= :as_of AND (g.ends_on IS NULL OR g.ends_on >= :as_of)
