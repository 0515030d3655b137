-- The dues of accounts that were not plainly paid, with the running total that clears each of them.
SELECT
  account_id,
  due_on,
  instalment_no,
  amount_minor,
  CAST(SUM(amount_minor) OVER (
    PARTITION BY account_id ORDER BY due_on, instalment_no
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS BIGINT) AS due_total_minor
FROM (
  SELECT
    due.account_id,
    due.due_on,
    due.instalment_no,
    due.principal_minor + due.interest_minor + due.fee_minor AS amount_minor
  FROM due
  INNER JOIN account_sum AS a ON due.account_id = a.account_id AND NOT a.plain
  WHERE due.due_on <= :as_of AND a.product <> 'card'
) AS d
