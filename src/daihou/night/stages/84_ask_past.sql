-- When each person was last asked about, and how often in twelve months.
SELECT
  customer_id,
  MAX(asked_on) AS last_on,
  CAST(SUM(CASE WHEN asked_on > :twelve_months_ago THEN 1 ELSE 0 END) AS INTEGER) AS asked_12m
FROM known_inquiry
WHERE asked_on IS NOT NULL
GROUP BY customer_id
