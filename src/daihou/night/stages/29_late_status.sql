-- The month symbols of accounts that were ever late, one column a month: days past due, paid late
-- inside the month, or (nothing due, but something older was owed and paid) as agreed.
SELECT account_no, :month_columns
FROM (
  SELECT
    account_no,
    month_no,
    CASE
      WHEN dpd > 0 THEN CAST(LEAST((dpd + 29) // 30, 7) AS VARCHAR)
      WHEN late_inside_month = 1 THEN 'M'
      ELSE 'N'
    END AS symbol
  FROM (
    SELECT account_no, month_no, month_end - oldest_unpaid_on AS dpd, late_inside_month
    FROM late_month
    UNION ALL
    SELECT account_no, month_no, dpd, 0
    FROM reported_month
  ) AS months
) AS symbols
GROUP BY account_no
