-- What the newest reports of an account's live guarantors say: the worst of them. What is told of one
-- counts at once; nothing bad is known only when every guarantor's report tells it.
SELECT
  account_id,
  MAX(report_on) AS report_on,
  CASE WHEN MAX(overdue_worst) > 0 OR COUNT(overdue_worst) = COUNT(*) THEN MAX(overdue_worst) END
    AS overdue_worst,
  CASE WHEN MAX(cards_stopped) > 0 OR COUNT(cards_stopped) = COUNT(*) THEN MAX(cards_stopped) END
    AS cards_stopped,
  CASE WHEN MAX(bad_debts) > 0 OR COUNT(bad_debts) = COUNT(*) THEN MAX(bad_debts) END AS bad_debts
FROM (
  SELECT
    g.account_id,
    l.report_on,
    l.overdue_worst,
    l.cards_stopped + l.cards_stopped_by_bank AS cards_stopped,
    l.bad_debts
  FROM known_guarantee AS g
  LEFT JOIN bureau_latest AS l ON g.guarantor_id = l.customer_id
  WHERE g.starts_on <= :as_of AND (g.ends_on IS NULL OR g.ends_on >= :as_of)
) AS live
GROUP BY account_id
HAVING COUNT(report_on) > 0
