-- Persons about whom nothing may be asked: on the stop list, dead, or in a dispute.
SELECT customer_id, MIN(kind) AS kind
FROM (
  SELECT customer_id, kind
  FROM known_inquiry_stop
  WHERE from_on <= :as_of AND (to_on IS NULL OR to_on > :as_of)
  UNION ALL
  SELECT customer_id, 'death' AS kind
  FROM known_external_event
  WHERE kind = 'death'
  UNION ALL
  SELECT customer_id, 'dispute' AS kind
  FROM known_external_event
  WHERE kind IN ('dispute_opened', 'dispute_closed')
  GROUP BY customer_id
  HAVING MAX(CASE WHEN kind = 'dispute_opened' THEN happened_on END)
    > COALESCE(MAX(CASE WHEN kind = 'dispute_closed' THEN happened_on END), DATE '1900-01-01')
) AS stops
GROUP BY customer_id
