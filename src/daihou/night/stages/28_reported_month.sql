-- Month ends of cards whose lender hands over its own count of days instead of minimum payments.
--
-- A count stands until the next statement.
SELECT t.account_no, m.month_no, s.reported_dpd AS dpd
FROM (
  SELECT
    account_id,
    statement_on,
    minimum_due_minor,
    reported_dpd,
    LEAD(statement_on) OVER (PARTITION BY account_id ORDER BY statement_on) AS next_on
  FROM statement
) AS s
INNER JOIN tracked AS t ON s.account_id = t.account_id
INNER JOIN month_end AS m
  ON s.statement_on <= m.month_end AND (s.next_on IS NULL OR s.next_on > m.month_end)
WHERE s.minimum_due_minor IS NULL
