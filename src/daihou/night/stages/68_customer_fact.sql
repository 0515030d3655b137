-- One row for each customer of whom some event or deposit movement is known.
SELECT
  i.customer_id,
  t.inflow_3m_minor,
  t.inflow_6m_minor,
  t.inflow_on,
  CASE WHEN t.first_on <= :six_months_ago
    THEN t.inflow_3m_minor * 20000 // NULLIF(t.inflow_6m_minor, 0) END AS turnover_bp,
  BIT_COUNT(t.salary_months) AS salary_months,
  t.salary_on,
  CASE WHEN t.salary_on IS NOT NULL THEN
    GREATEST(:month_of_as_of - :month_running - (YEAR(t.salary_on) * 12 + MONTH(t.salary_on)), 0)
  END AS salary_gap_months,
  e.* EXCLUDE (customer_id)
FROM (
  SELECT customer_id FROM transaction_sum WHERE account_id IS NULL
  UNION
  SELECT customer_id FROM customer_event
) AS i
LEFT JOIN transaction_sum AS t ON i.customer_id = t.customer_id AND t.account_id IS NULL
LEFT JOIN customer_event AS e ON i.customer_id = e.customer_id
