-- Whose live consent names post-loan management: the first such consent of each customer.
SELECT customer_id, MIN(consent_id) AS consent_id
FROM known_consent
WHERE signed_on <= :as_of
  AND (ends_on IS NULL OR ends_on >= :as_of)
  AND (withdrawn_on IS NULL OR withdrawn_on > :as_of)
  AND ',' || REPLACE(purposes, ' ', '') || ',' LIKE :consent_pattern
GROUP BY customer_id
