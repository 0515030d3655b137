-- The month symbols of accounts that were ever late, in one string, ``.`` where the usual one holds.
--
-- For each of the last 24 month ends: the oldest due then overdue; else 2 when a
-- due of the month was paid late inside it, 1 when something older was owed and paid in it.
SELECT account_no, :symbols AS own_status
FROM (
  SELECT account_no, :month_columns
  FROM late_due
  GROUP BY account_no
) AS months
