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
  -- Each closing ends one dispute that was open; a closing without one ends nothing.
  SELECT customer_id, 'dispute' AS kind
  FROM (
    SELECT
      customer_id,
      step,
      SUM(step) OVER (
        PARTITION BY customer_id ORDER BY happened_on, step DESC, event_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS standing
    FROM (
      SELECT
        customer_id,
        happened_on,
        event_id,
        CASE WHEN kind = 'dispute_opened' THEN 1 ELSE -1 END AS step
      FROM known_external_event
      WHERE kind IN ('dispute_opened', 'dispute_closed')
    ) AS steps
  ) AS disputes
  GROUP BY customer_id
  HAVING SUM(step) > LEAST(0, MIN(standing))
) AS stops
GROUP BY customer_id
