-- How fast tracked accounts were paid lately: the last three months against the six before.
SELECT
  account_no,
  CAST(SUM(CASE WHEN paid_on > :three_months_ago THEN amount_minor ELSE 0 END) AS BIGINT)
    AS paid_3m_minor,
  CAST(SUM(CASE WHEN paid_on <= :three_months_ago THEN amount_minor ELSE 0 END) AS BIGINT)
    AS paid_prev_6m_minor
FROM (
  SELECT account_no, paid_on, amount_minor FROM tracked_paid
  UNION ALL
  SELECT account_no, paid_on, amount_minor FROM card_paid
) AS p
WHERE paid_on > :nine_months_ago
GROUP BY account_no
