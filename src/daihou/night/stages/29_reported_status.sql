-- The same of cards whose lender hands over its own count of days instead of minimum payments.
--
-- A count stands until the next statement.
SELECT account_no, STRING_AGG(symbol, '' ORDER BY month_no) AS own_status
FROM (
  SELECT
    a.account_no,
    m.month_no,
    COALESCE(MAX(CASE
      WHEN s.reported_dpd > 0 THEN CAST(LEAST((s.reported_dpd + 29) // 30, 7) AS VARCHAR)
      WHEN s.reported_dpd = 0 THEN 'N'
    END), '.') AS symbol
  FROM (
    SELECT DISTINCT t.account_no
    FROM tracked AS t
    INNER JOIN statement AS s ON t.account_id = s.account_id
    WHERE s.minimum_due_minor IS NULL
  ) AS a
  CROSS JOIN month_end AS m
  LEFT JOIN reported AS s
    ON s.account_no = a.account_no
    AND s.statement_on <= m.month_end AND (s.next_on IS NULL OR s.next_on > m.month_end)
  GROUP BY a.account_no, m.month_no
) AS symbols
GROUP BY account_no
