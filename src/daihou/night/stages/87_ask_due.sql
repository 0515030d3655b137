-- Of these, those with a trigger, or due by the schedule in a window that no order has used yet.
-- The worth is counted as inquiry.worth does: whole numbers, in the same order.
SELECT v.*
FROM (
  SELECT
    w.*,
    LEAST(w.exposure_minor + :beside_minor, :most_minor) * w.risk_ppm // 1000000
      * LEAST(GREATEST(COALESCE(:as_of - w.report_on, :stale_days), 0), :stale_days) // :stale_days
      AS value_minor
  FROM (
    SELECT
      *,
      :window AS window,
      :months AS months,
      :schedule_is_due AS is_due,
      CAST(LEAST(:risk, 1000000) AS BIGINT) AS risk_ppm
    FROM ask_wish
  ) AS w
) AS v
LEFT JOIN known_inquiry AS i
  ON v.customer_id = i.customer_id AND v.window = i.window AND i.purpose = :purpose
WHERE v.trigger_id IS NOT NULL
  OR (v.is_due AND i.customer_id IS NULL AND v.value_minor >= :least_minor)
