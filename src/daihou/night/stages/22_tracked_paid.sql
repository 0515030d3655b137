-- The running total of what was paid to the same accounts, one row a value day.
SELECT
  account_id,
  paid_on,
  SUM(amount_minor) OVER (
    PARTITION BY account_id ORDER BY paid_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS paid_total_minor
FROM (
  SELECT paid.account_id, paid.paid_on, SUM(paid.amount_minor) AS amount_minor
  FROM paid
  INNER JOIN account_sum AS a ON paid.account_id = a.account_id AND NOT a.plain
  WHERE a.product <> 'card'
  GROUP BY paid.account_id, paid.paid_on
) AS day_paid
