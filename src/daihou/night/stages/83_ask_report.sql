-- The newest report of each customer, as far as the worth of asking reads it.
SELECT
  *,
  CASE WHEN card_limit_minor > 0 THEN CAST(card_used_minor * 10000 // card_limit_minor AS INTEGER) END
    AS card_use_bp
FROM known_bureau_report
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY customer_id ORDER BY report_on DESC, received_on DESC, report_id DESC
) = 1
