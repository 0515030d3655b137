-- What the newest reports of an account's live guarantors say: the worst of them. What is told of one
-- counts at once; nothing bad is known only when every guarantor's report tells it.
SELECT
  account_id,
  MAX(report_on) AS report_on,
  CASE WHEN MAX(bad) OR COUNT(overdue_worst) = COUNT(*) THEN COALESCE(MAX(overdue_worst), 0) END
    AS overdue_worst,
  CASE WHEN MAX(bad) OR COUNT(cards_stopped) = COUNT(*) THEN COALESCE(MAX(cards_stopped), 0) END
    AS cards_stopped,
  CASE WHEN MAX(bad) OR COUNT(bad_debts) = COUNT(*) THEN COALESCE(MAX(bad_debts), 0) END
    AS bad_debts
FROM (
  SELECT
    g.account_id,
    l.report_on,
    l.overdue_worst,
    l.cards_stopped + l.cards_stopped_by_bank AS cards_stopped,
    l.bad_debts,
    COALESCE(l.overdue_worst, 0) > 0 OR COALESCE(l.cards_stopped, 0) > 0
      OR COALESCE(l.cards_stopped_by_bank, 0) > 0 OR COALESCE(l.bad_debts, 0) > 0 AS bad
  FROM known_guarantee AS g
  LEFT JOIN bureau_latest AS l ON g.guarantor_id = l.customer_id
  WHERE g.starts_on <= :as_of AND (g.ends_on IS NULL OR g.ends_on >= :as_of)
) AS live
GROUP BY account_id
HAVING COUNT(report_on) > 0
