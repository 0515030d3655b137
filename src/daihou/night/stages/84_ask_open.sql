-- What keeps a relationship open, or may do so with a balance that is unknown; and what is at stake.
-- An unknown balance counts at stake with the principal paid out, never as zero.
SELECT
  customer_id,
  MIN(proof) AS proof,
  MIN(unsure) AS unsure,
  CAST(SUM(stake_minor) AS BIGINT) AS exposure_minor
FROM (
  SELECT
    customer_id,
    CASE
      WHEN product = 'card' THEN 'open card ' || account_id
      WHEN balance_minor > 0 THEN 'balance on ' || account_id
    END AS proof,
    CASE WHEN balance_minor IS NULL THEN account_id END AS unsure,
    GREATEST(COALESCE(balance_minor, amount_minor, 0), 0) AS stake_minor
  FROM ask_claim
  UNION ALL
  SELECT
    l.customer_id,
    'valid line ' || l.line_id AS proof,
    NULL AS unsure,
    GREATEST(l.limit_minor - COALESCE(d.drawn_minor, 0), 0) AS stake_minor
  FROM ask_line AS l
  LEFT JOIN (
    SELECT line_id, SUM(COALESCE(balance_minor, amount_minor, 0)) AS drawn_minor
    FROM ask_claim
    WHERE line_id IS NOT NULL
    GROUP BY line_id
  ) AS d ON l.line_id = d.line_id
  UNION ALL
  SELECT
    customer_id,
    CASE WHEN balance_minor > 0 OR line_valid THEN 'live guarantee ' || guarantee_id END AS proof,
    CASE WHEN account_id IS NOT NULL AND balance_minor IS NULL THEN account_id END AS unsure,
    LEAST(amount_minor, GREATEST(COALESCE(balance_minor, amount_minor), 0)) AS stake_minor
  FROM ask_surety
) AS business
GROUP BY customer_id
HAVING MIN(proof) IS NOT NULL OR MIN(unsure) IS NOT NULL
