SELECT
  account_no,
  due_on,
  amount_minor,
  due_total_minor,
  cleared_on
FROM (
  SELECT
    account_no,
    due_on,
    amount_minor,
    due_total_minor,
    MIN(paid_on) OVER (
      PARTITION BY account_no
      ORDER BY place DESC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS cleared_on
  FROM (
    SELECT
      account_no,
      due_on,
      amount_minor,
      due_total_minor,
      CAST(NULL AS DATE) AS paid_on,
      2 * (
        due_total_minor - amount_minor * 0 // 10000
      ) AS place
    FROM tracked_due
    UNION ALL
    SELECT
      account_no,
      NULL,
      NULL,
      NULL,
      paid_on,
      2 * paid_total_minor + 1
    FROM tracked_paid
    UNION ALL
    SELECT
      e.account_no,
      s.due_on,
      s.minimum_due_minor,
      e.asked_total_minor,
      NULL,
      2 * (
        e.asked_total_minor - s.minimum_due_minor * 0 // 10000
      )
    FROM statement AS s
    INNER JOIN tracked AS t
      ON s.account_id = t.account_id
    INNER JOIN card_event AS e
      ON t.account_no = e.account_no AND s.statement_on = e.event_on
    WHERE
      s.minimum_due_minor > 0
    UNION ALL
    SELECT
      account_no,
      NULL,
      NULL,
      NULL,
      event_on,
      2 * (
        asked_total_minor - unpaid_minor
      ) + 1
    FROM card_event
  ) AS line
) AS placed
WHERE
  NOT due_on IS NULL AND (
    cleared_on IS NULL OR cleared_on > due_on
  )
