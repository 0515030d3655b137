-- How fast the same accounts were paid lately: the last three months against the six before.
SELECT
  p.account_id,
  CAST(SUM(CASE WHEN p.paid_on > :three_months_ago THEN p.amount_minor ELSE 0 END) AS BIGINT)
    AS paid_3m_minor,
  CAST(SUM(CASE WHEN p.paid_on <= :three_months_ago THEN p.amount_minor ELSE 0 END) AS BIGINT)
    AS paid_prev_6m_minor
FROM paid AS p
INNER JOIN account_sum AS a ON p.account_id = a.account_id AND NOT a.plain
WHERE p.paid_on > :nine_months_ago
GROUP BY p.account_id
