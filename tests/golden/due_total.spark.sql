SELECT
  account_id,
  CAST(COUNT(*) AS INT) AS dues,
  CAST(SUM(amount_minor) AS BIGINT) AS due_minor,
  CAST(SUM(principal_minor) AS BIGINT) AS principal_due_minor,
  CAST(SUM(CASE WHEN slot > 0 THEN 1 ELSE 0 END) AS INT) AS recent,
  CAST(SUM(CASE WHEN slot > 0 THEN amount_minor ELSE 0 END) AS BIGINT) AS recent_minor,
  MIN(amount_minor) AS least_minor,
  MAX(amount_minor) AS largest_minor,
  TRY_CAST(SUM(amount_minor * slot) AS BIGINT) AS moment,
  BIT_OR(SHIFTLEFT(CAST(1 AS BIGINT), slot)) AS months,
  MIN(DAY(due_on)) AS day_in_month
FROM (
  SELECT
    account_id,
    due_on,
    principal_minor,
    principal_minor + interest_minor + fee_minor AS amount_minor,
    GREATEST(YEAR(due_on) * 12 + MONTH(due_on) - 24244, 0) AS slot
  FROM due
  WHERE
    due_on <= CAST('2025-06-30' AS DATE)
) AS dues
GROUP BY
  account_id
