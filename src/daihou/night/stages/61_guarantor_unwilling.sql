-- Guarantors no longer willing: events of the last 12 months, on the account named, else on what
-- the person guarantees, else on the guaranteed accounts of the borrower named.
SELECT account_id, COUNT(DISTINCT happened_on) AS times, MAX(happened_on) AS unwilling_on
FROM (
  SELECT e.account_id, e.happened_on
  FROM event_recent AS e
  WHERE e.kind = 'guarantor_unwilling' AND e.account_id IS NOT NULL
    AND e.happened_on > :twelve_months_ago
  UNION ALL
  SELECT g.account_id, e.happened_on
  FROM event_recent AS e
  INNER JOIN known_guarantee AS g ON e.customer_id = g.guarantor_id
  WHERE e.kind = 'guarantor_unwilling' AND e.account_id IS NULL
    AND e.happened_on > :twelve_months_ago
    AND (g.ends_on IS NULL OR g.ends_on >= :as_of)
  UNION ALL
  SELECT s.account_id, e.happened_on
  FROM event_recent AS e
  INNER JOIN account_state AS s ON e.customer_id = s.customer_id
  WHERE e.kind = 'guarantor_unwilling' AND e.account_id IS NULL
    AND e.happened_on > :twelve_months_ago
    AND s.guarantee_kind IN ('guaranteed', 'mixed')
) AS told
GROUP BY account_id
