-- The trigger of each person that runs out first: recorded, inside its days, not used by a look since.
-- What is ordered tonight leaves tomorrow at the earliest: a trigger that ends today is not ordered.
SELECT pulled.customer_id, pulled.kind, pulled.trigger_id, pulled.trigger_on
FROM (
  SELECT
    customer_id,
    kind,
    what || ':' || CAST(trigger_on AS VARCHAR) AS trigger_id,
    trigger_on,
    trigger_on + days AS until_on
  FROM ask_pulled
) AS pulled
LEFT JOIN ask_past AS p ON pulled.customer_id = p.customer_id
LEFT JOIN known_inquiry AS i
  ON pulled.customer_id = i.customer_id AND i.window = 'T:' || pulled.trigger_id
WHERE pulled.trigger_on <= :as_of
  AND pulled.until_on > :as_of
  AND (p.last_on IS NULL OR p.last_on < pulled.trigger_on)
  AND i.customer_id IS NULL
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY pulled.customer_id ORDER BY pulled.until_on, pulled.trigger_id
) = 1
