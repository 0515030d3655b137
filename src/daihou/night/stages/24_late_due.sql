-- The dues that were cleared after their due day, or are not cleared.
--
-- Dues and payments of an account stand in one line by running total (a due before the payment that
-- just reaches it); the earliest value day at or after a due's place is the day that cleared it.
-- Within the book's tolerance a due counts as paid.
SELECT account_id, due_on, instalment_no, amount_minor, due_total_minor, cleared_on
FROM (
  SELECT
    account_id,
    due_on,
    instalment_no,
    amount_minor,
    due_total_minor,
    MIN(paid_on) OVER (
      PARTITION BY account_id ORDER BY reached_minor DESC, is_due
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS cleared_on
  FROM (
    SELECT account_id, due_on, instalment_no, amount_minor, due_total_minor,
      CAST(NULL AS DATE) AS paid_on, 1 AS is_due,
      due_total_minor - amount_minor * :tolerance_bp // 10000 AS reached_minor
    FROM tracked_due
    UNION ALL
    SELECT account_id, NULL, NULL, NULL, NULL, paid_on, 0, paid_total_minor
    FROM tracked_paid
    UNION ALL
    SELECT s.account_id, s.due_on, s.statement_no, s.minimum_due_minor, e.asked_total_minor, NULL,
      1, e.asked_total_minor - s.minimum_due_minor * :tolerance_bp // 10000
    FROM statement AS s
    INNER JOIN card_event AS e ON s.account_id = e.account_id AND s.statement_on = e.event_on
    WHERE s.minimum_due_minor > 0
    UNION ALL
    SELECT account_id, NULL, NULL, NULL, NULL, event_on, 0, asked_total_minor - unpaid_minor
    FROM card_event
  ) AS line
) AS placed
WHERE due_on IS NOT NULL AND (cleared_on IS NULL OR cleared_on > due_on)
