-- Cards: what each day does to the unpaid minimum payments.
--
-- A payment counts only against statements already issued and its excess does not pay the next
-- minimum, so the unpaid minimum is a running sum held at zero from below: the running sum of
-- (asked - paid) less its own running least value, when that is negative.
SELECT
  account_no,
  event_on,
  asked_total_minor,
  net_minor - LEAST(
    0,
    MIN(net_minor) OVER (
      PARTITION BY account_no ORDER BY event_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
  ) AS unpaid_minor
FROM (
  SELECT
    account_no,
    event_on,
    CAST(SUM(asked_minor) OVER (
      PARTITION BY account_no ORDER BY event_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS asked_total_minor,
    CAST(SUM(asked_minor - paid_minor) OVER (
      PARTITION BY account_no ORDER BY event_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS net_minor
  FROM (
    SELECT account_no, event_on, SUM(asked_minor) AS asked_minor, SUM(paid_minor) AS paid_minor
    FROM (
      SELECT t.account_no, s.statement_on AS event_on, s.minimum_due_minor AS asked_minor,
        0 AS paid_minor
      FROM statement AS s
      INNER JOIN tracked AS t ON s.account_id = t.account_id AND t.is_card
      WHERE s.minimum_due_minor IS NOT NULL
      UNION ALL
      SELECT account_no, paid_on, 0, amount_minor FROM card_paid
    ) AS m
    GROUP BY account_no, event_on
  ) AS days
) AS running
