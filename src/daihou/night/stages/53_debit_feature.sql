-- Failed auto-debits in a row, counted after the last successful one; unknown when a payment
-- through an unknown channel stands between.
SELECT
  f.account_id,
  CASE
    WHEN MAX(p.unknown_on) >= MIN(CASE WHEN f.failed_on > COALESCE(p.debit_on, :six_months_ago) THEN f.failed_on END)
      THEN NULL
    ELSE CAST(SUM(CASE WHEN f.failed_on > COALESCE(p.debit_on, :six_months_ago) THEN 1 ELSE 0 END) AS INTEGER)
  END AS debit_failures,
  MAX(f.failed_on) AS debit_failed_on
FROM debit_failed AS f
LEFT JOIN (
  SELECT
    account_id,
    MAX(CASE WHEN by_debit = 1 THEN paid_on END) AS debit_on,
    MAX(CASE WHEN by_debit = 0 AND by_unknown = 1 THEN paid_on END) AS unknown_on
  FROM debit_paid
  GROUP BY account_id
) AS p ON f.account_id = p.account_id
GROUP BY f.account_id
