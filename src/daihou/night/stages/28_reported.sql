-- Each count of days that a card's lender reported, with the day of the next statement.
SELECT account_no, statement_on, next_on, reported_dpd
FROM (
  SELECT
    t.account_no,
    s.statement_on,
    s.minimum_due_minor,
    s.reported_dpd,
    LEAD(s.statement_on) OVER (PARTITION BY t.account_no ORDER BY s.statement_on) AS next_on
  FROM statement AS s
  INNER JOIN tracked AS t ON s.account_id = t.account_id
) AS statements
WHERE minimum_due_minor IS NULL
