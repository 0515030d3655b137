-- Use of each card by its statements, for lenders who hand over no transactions.
--
-- A statement that does not split its amounts makes the sums unknown; a day of use is the day of
-- the statement that holds it.
SELECT
  account_id,
  CASE WHEN SUM(CASE WHEN recent AND NOT split THEN 1 ELSE 0 END) = 0
    THEN SUM(CASE WHEN recent THEN cash_minor + purchases_minor ELSE 0 END) END AS spend_minor,
  CASE WHEN SUM(CASE WHEN recent AND NOT split THEN 1 ELSE 0 END) = 0
    THEN SUM(CASE WHEN recent THEN cash_minor ELSE 0 END) END AS cash_minor,
  0 AS cash_night,
  MAX(CASE WHEN COALESCE(cash_minor, 0) + COALESCE(purchases_minor, 0) > 0 THEN statement_on END)
    AS used_on,
  MIN(CASE WHEN split THEN statement_on END) AS first_on
FROM (
  SELECT
    account_id,
    statement_on,
    cash_minor,
    purchases_minor,
    statement_on > :three_months_ago AS recent,
    cash_minor IS NOT NULL AND purchases_minor IS NOT NULL AS split
  FROM known_card_statement
) AS statements
GROUP BY account_id
