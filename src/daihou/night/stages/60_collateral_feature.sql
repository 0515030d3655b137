-- The collateral of each account: value now, worst fall, seizure, lapsed insurance or papers.
SELECT
  account_id,
  CAST(COUNT(*) AS INTEGER) AS pieces,
  SUM(value_minor) AS value_minor,
  MAX(valued_on) AS valued_on,
  -- Held below 9 x 10^14 before it is multiplied, so that the product fits 64 bits.
  MAX(LEAST(GREATEST(first_value_minor - value_minor, 0), 900000000000000) * 10000
    // NULLIF(first_value_minor, 0)) AS drop_bp,
  CAST(SUM(CASE WHEN seized_on IS NOT NULL THEN 1 ELSE 0 END) AS INTEGER) AS seized_pieces,
  MAX(seized_on) AS seized_on,
  MAX(GREATEST(COALESCE(:as_of - insured_until_on, 0), COALESCE(:as_of - papers_due_on, 0), 0))
    AS lapsed_days
FROM known_collateral
GROUP BY account_id
