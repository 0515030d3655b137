-- Of these, those with a trigger, or due by the schedule in a window that no order has used yet.
SELECT v.*
FROM (
  SELECT
    w.*,
    w.exposure_minor * w.risk_bp // 10000
      * LEAST(GREATEST(COALESCE(:as_of - w.report_on, :stale_days), 0), :stale_days) // :stale_days
      AS value_minor
  FROM (
    SELECT *, :window AS window, :months AS months, :schedule_is_due AS is_due, :risk AS risk_bp
    FROM ask_wish
  ) AS w
) AS v
LEFT JOIN known_inquiry AS i
  ON v.customer_id = i.customer_id AND v.window = i.window AND i.purpose = :purpose
WHERE v.trigger_id IS NOT NULL
  OR (v.is_due AND i.customer_id IS NULL AND v.value_minor >= :least_minor)
