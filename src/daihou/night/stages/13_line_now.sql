-- The limit of each credit line as it stands: nothing may be drawn once it has expired or was cancelled.
SELECT
  line_id,
  CASE
    WHEN cancelled_on IS NOT NULL OR expires_on < :as_of OR opened_on > :as_of THEN 0
    ELSE limit_minor
  END AS limit_minor
FROM known_credit_line
