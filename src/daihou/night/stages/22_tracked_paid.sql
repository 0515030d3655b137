-- The running total of what was paid to tracked loans by the end of each value day.
SELECT
  account_no,
  paid_on,
  amount_minor,
  CAST(SUM(amount_minor) OVER (
    PARTITION BY account_no ORDER BY paid_on RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS BIGINT) AS paid_total_minor
FROM (
  SELECT t.account_no, paid.paid_on, paid.amount_minor
  FROM paid
  INNER JOIN tracked AS t ON paid.account_id = t.account_id AND NOT t.is_card
) AS p
