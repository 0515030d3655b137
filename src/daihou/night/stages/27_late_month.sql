-- For each account and month end of the last 24 months: the oldest due then overdue, or paid late.
SELECT
  c.account_no,
  m.month_no,
  MIN(CASE WHEN c.cleared_on IS NULL OR c.cleared_on > m.month_end THEN c.due_on END)
    AS oldest_unpaid_on,
  MAX(CASE WHEN c.cleared_on <= m.month_end AND c.due_on >= m.month_start THEN 1 ELSE 0 END)
    AS late_inside_month,
  MAX(m.month_end) AS month_end
FROM late_due AS c
INNER JOIN month_end AS m
  ON c.due_on < m.month_end
  AND (c.cleared_on IS NULL OR c.cleared_on >= m.month_start)
GROUP BY c.account_no, m.month_no
