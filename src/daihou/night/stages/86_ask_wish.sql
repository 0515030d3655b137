-- Persons with something open, what is at stake, their tier and trigger, the looks and reports so far.
SELECT
  o.customer_id,
  o.proof AS relationship,
  o.unsure,
  o.exposure_minor,
  COALESCE(t.tier, :plain_tier) AS tier,
  g.kind,
  g.trigger_id,
  g.trigger_on,
  p.last_on,
  p.asked_12m,
  r.report_on,
  :read_fields
FROM ask_open AS o
INNER JOIN known_customer AS c ON o.customer_id = c.customer_id AND c.kind = 'person'
LEFT JOIN customer_tier AS t ON o.customer_id = t.customer_id
LEFT JOIN customer_full AS f ON o.customer_id = f.customer_id
LEFT JOIN ask_trigger AS g ON o.customer_id = g.customer_id AND :tier_asks_on_trigger
LEFT JOIN ask_past AS p ON o.customer_id = p.customer_id
LEFT JOIN bureau_latest AS r ON o.customer_id = r.customer_id
