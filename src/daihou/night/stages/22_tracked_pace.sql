-- How fast tracked accounts were paid lately: the last three months against the six before.
SELECT
  t.account_no,
  CAST(SUM(CASE WHEN p.paid_on > :three_months_ago THEN p.amount_minor ELSE 0 END) AS BIGINT)
    AS paid_3m_minor,
  CAST(SUM(CASE WHEN p.paid_on <= :three_months_ago THEN p.amount_minor ELSE 0 END) AS BIGINT)
    AS paid_prev_6m_minor
FROM paid AS p
INNER JOIN tracked AS t ON p.account_id = t.account_id
WHERE p.paid_on > :nine_months_ago
GROUP BY t.account_no
