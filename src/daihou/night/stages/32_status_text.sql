-- The 24 month symbols of every pattern of dues, opening, take-over and write-off that occurs.
SELECT status_pattern, STRING_AGG(symbol, '' ORDER BY month_no) AS status_text
FROM (
  SELECT
    p.status_pattern,
    m.month_no,
    CASE
      WHEN m.month_no >= p.status_pattern // 16777216 // 1024 % 32 THEN 'B'
      WHEN m.month_no < p.status_pattern // 16777216 % 32 THEN '/'
      WHEN m.month_no < p.status_pattern // 16777216 // 32 % 32 THEN '#'
      WHEN p.status_pattern // 16777216 // 32768 = 1 THEN '#'
      WHEN (p.status_pattern % 16777216) & (1 << m.month_no) <> 0 THEN 'N'
      ELSE '*'
    END AS symbol
  FROM (SELECT DISTINCT status_pattern FROM account_position) AS p
  CROSS JOIN month_end AS m
) AS symbols
GROUP BY status_pattern
