-- What has fallen due of each loan: sums, and a shape that 20_account_sum compares with the payments'.
--
-- Month slots run from 0 (everything 62 months old and older) to 62 (the month of as_of); months is
-- a bit for each slot in which something fell due, moment the sum of amount x slot.
SELECT
  account_id,
  CAST(COUNT(*) AS INTEGER) AS dues,
  CAST(SUM(amount_minor) AS BIGINT) AS due_minor,
  CAST(SUM(principal_minor) AS BIGINT) AS principal_due_minor,
  CAST(SUM(CASE WHEN slot > 0 THEN 1 ELSE 0 END) AS INTEGER) AS recent,
  CAST(SUM(CASE WHEN slot > 0 THEN amount_minor ELSE 0 END) AS BIGINT) AS recent_minor,
  MIN(amount_minor) AS least_minor,
  MAX(amount_minor) AS largest_minor,
  TRY_CAST(SUM(amount_minor * slot) AS BIGINT) AS moment,
  BIT_OR(CAST(1 AS BIGINT) << slot) AS months,
  MIN(DAY(due_on)) AS day_in_month
FROM (
  SELECT
    account_id,
    due_on,
    principal_minor,
    principal_minor + interest_minor + fee_minor AS amount_minor,
    GREATEST(YEAR(due_on) * 12 + MONTH(due_on) - :slot_month, 0) AS slot
  FROM due
  WHERE due_on <= :as_of
) AS dues
GROUP BY account_id
