-- Credit lines that are valid: settled is not closed, an expired line is not open.
SELECT line_id, customer_id, limit_minor
FROM known_credit_line
WHERE opened_on <= :as_of
  AND (expires_on IS NULL OR expires_on >= :as_of)
  AND cancelled_on IS NULL
