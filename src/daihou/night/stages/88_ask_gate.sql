-- The gate, each condition with its evidence: unknown is no permission.
SELECT
  d.*,
  s.kind AS stop_kind,
  c.consent_id IS NOT NULL AS consent_holds,
  d.relationship IS NOT NULL AS relationship_holds,
  s.kind IS NULL AS no_stop_holds,
  COALESCE(:as_of - d.last_on >= :cool_off_days, TRUE) AS cool_off_holds,
  COALESCE(d.asked_12m, 0) < :person_year_cap AS year_cap_holds,
  CONCAT_WS(
    ';',
    COALESCE('consent ' || c.consent_id, :no_consent),
    COALESCE(d.relationship, 'balance of ' || d.unsure || ' unknown'),
    COALESCE('stopped by ' || s.kind, 'no stop'),
    CASE
      WHEN d.trigger_id IS NOT NULL
        THEN 'trigger ' || d.kind || ' of ' || CAST(d.trigger_on AS VARCHAR)
      ELSE 'tier ' || d.tier || ', every ' || CAST(d.months AS VARCHAR) || ' months, last '
        || COALESCE(CAST(d.last_on AS VARCHAR), 'never')
    END,
    COALESCE('last asked ' || CAST(d.last_on AS VARCHAR) || :days_must_pass, 'never asked'),
    CAST(COALESCE(d.asked_12m, 0) AS VARCHAR) || :of_the_cap
  ) AS proof
FROM ask_due AS d
LEFT JOIN ask_consent AS c ON d.customer_id = c.customer_id
LEFT JOIN ask_stop AS s ON d.customer_id = s.customer_id
