-- Accounts whose payments must be followed one by one, under a number that sorts faster than an id.
SELECT
  account_id,
  CAST(ROW_NUMBER() OVER (ORDER BY account_id) AS INTEGER) AS account_no,
  product = 'card' AS is_card,
  paid_minor
FROM account_sum
WHERE product = 'card' OR NOT plain
