-- Cards: what each day does to the unpaid minimum payments.
--
-- A payment counts only against statements already issued and its excess does not pay the next
-- minimum, so the unpaid minimum is a running sum held at zero from below: the running sum of
-- (asked - paid) less its own running least value, when that is negative.
SELECT
  account_id,
  event_on,
  asked_minor,
  asked_total_minor,
  net_minor - LEAST(
    0,
    MIN(net_minor) OVER (
      PARTITION BY account_id ORDER BY event_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
  ) AS unpaid_minor
FROM (
  SELECT
    account_id,
    event_on,
    asked_minor,
    SUM(asked_minor) OVER (
      PARTITION BY account_id ORDER BY event_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS asked_total_minor,
    SUM(asked_minor - paid_minor) OVER (
      PARTITION BY account_id ORDER BY event_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS net_minor
  FROM (
    SELECT
      account_id,
      event_on,
      SUM(asked_minor) AS asked_minor,
      SUM(paid_minor) AS paid_minor
    FROM (
      SELECT account_id, statement_on AS event_on, minimum_due_minor AS asked_minor, 0 AS paid_minor
      FROM statement
      WHERE minimum_due_minor IS NOT NULL
      UNION ALL
      SELECT p.account_id, p.paid_on, 0, p.amount_minor
      FROM paid AS p
      INNER JOIN account_sum AS a ON p.account_id = a.account_id
      WHERE a.product = 'card'
    ) AS movements
    GROUP BY account_id, event_on
  ) AS days
) AS running
