-- The dues of tracked loans, with the running total that clears each of them.
SELECT
  account_no,
  due_on,
  principal_minor,
  interest_minor,
  fee_minor,
  amount_minor,
  CAST(SUM(amount_minor) OVER (
    PARTITION BY account_no ORDER BY due_on, instalment_no
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  ) AS BIGINT) AS due_total_minor
FROM (
  SELECT
    t.account_no,
    due.due_on,
    due.instalment_no,
    due.principal_minor,
    due.interest_minor,
    due.fee_minor,
    due.principal_minor + due.interest_minor + due.fee_minor AS amount_minor
  FROM due
  INNER JOIN tracked AS t ON due.account_id = t.account_id AND NOT t.is_card
  WHERE due.due_on <= :as_of
) AS d
