-- The newest credit report of each customer, how many there are, and what of the cards is used.
SELECT
  * EXCLUDE (place),
  CASE WHEN card_limit_minor > 0 AND card_used_minor IS NOT NULL
    THEN CAST(LEAST(card_used_minor * 10000 // card_limit_minor, 2000000000) AS INTEGER)
  END AS card_use_bp
FROM (
  SELECT
    *,
    COUNT(*) OVER (PARTITION BY customer_id) AS reports,
    ROW_NUMBER() OVER (
      PARTITION BY customer_id ORDER BY report_on DESC, received_on DESC, report_id DESC
    ) AS place
  FROM known_bureau_report
) AS placed
WHERE place = 1
