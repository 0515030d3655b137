-- The orders of the night: permitted ones by worth, those with a trigger first, within the budgets.
SELECT
  r.customer_id,
  :key_head || r.customer_id || :key_purpose || r.order_window AS order_key,
  CASE
    WHEN NOT r.permitted THEN 'refused'
    WHEN r.place <= :night_budget
      AND r.place <= :month_budget - b.asked_month
      AND r.place <= :year_budget - b.asked_year
      THEN 'ordered'
    ELSE 'waits'
  END AS status,
  :purpose AS purpose,
  r.order_window AS window,
  r.tier,
  COALESCE(r.kind, 'schedule') AS occasion,
  r.trigger_id,
  NULLIF(CONCAT_WS(
    ';',
    CASE WHEN NOT r.consent_holds THEN 'consent' END,
    CASE WHEN NOT r.relationship_holds THEN 'relationship' END,
    CASE WHEN NOT r.no_stop_holds THEN 'no_stop' END,
    CASE WHEN NOT r.cool_off_holds THEN 'cool_off' END,
    CASE WHEN NOT r.year_cap_holds THEN 'year_cap' END
  ), '') AS refused_by,
  r.proof,
  r.exposure_minor,
  r.report_on AS last_report_on,
  CAST(r.risk_ppm // 100 AS INTEGER) AS risk_bp,
  CAST(r.value_minor AS BIGINT) AS value_minor,
  CASE WHEN r.permitted THEN CAST(r.place AS INTEGER) END AS rank
FROM (
  SELECT
    p.*,
    ROW_NUMBER() OVER (
      PARTITION BY p.permitted
      ORDER BY CASE WHEN p.trigger_id IS NULL THEN 1 ELSE 0 END, p.value_minor DESC, p.customer_id
    ) AS place
  FROM (
    SELECT
      *,
      consent_holds AND relationship_holds AND no_stop_holds AND cool_off_holds AND year_cap_holds
        AS permitted,
      CASE WHEN trigger_id IS NULL THEN window ELSE 'T:' || trigger_id END AS order_window
    FROM ask_gate
  ) AS p
) AS r
CROSS JOIN (
  SELECT
    COALESCE(SUM(CASE WHEN planned_on >= :month_start THEN 1 ELSE 0 END), 0) AS asked_month,
    COALESCE(SUM(CASE WHEN planned_on >= :year_start THEN 1 ELSE 0 END), 0) AS asked_year
  FROM known_inquiry
  WHERE outcome <> 'cancelled'
) AS b
