-- Payments of the last 3 months that somebody else made, and those whose payer is unknown.
--
-- When the lender never tells who paid, one flag says so for all, and no row is made here.
SELECT
  p.account_id,
  SUM(CASE WHEN p.payer_relation IS NOT NULL THEN 1 ELSE 0 END) AS strange,
  SUM(CASE WHEN p.payer_relation = 'lender_platform' THEN 1 ELSE 0 END) AS platform,
  MAX(CASE WHEN p.payer_relation IS NOT NULL THEN p.paid_on END) AS strange_on
FROM known_payment AS p
INNER JOIN payer_given AS g ON g.payer_given
WHERE p.paid_on > :three_months_ago
  AND p.kind = 'payment'
  AND (p.payer_relation IS NULL OR p.payer_relation IN ('stranger', 'lender_platform'))
GROUP BY p.account_id
