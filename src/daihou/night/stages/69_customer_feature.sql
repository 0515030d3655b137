-- What signals read of each customer: a fact never landed is unknown, an event that did not happen
-- is a known zero.
SELECT
  c.customer_id,
  c.accounts,
  CASE WHEN b.customer_id IS NULL THEN FALSE ELSE b.business END AS business,
  c.dpd_max,
  f.inflow_3m_minor,
  f.inflow_6m_minor,
  f.turnover_bp,
  f.inflow_on,
  CASE WHEN :transaction_fed THEN COALESCE(f.salary_months, 0) END AS salary_months,
  f.salary_on,
  f.salary_gap_months,
  :event_counts,
  f.contact_failed_on,
  f.job_on,
  f.decline_max_bp,
  f.decline_on,
  f.refused_on,
  f.court_on,
  f.tax_missed_on,
  f.utilities_bp,
  f.utilities_on,
  f.representative_on,
  f.sales_bp,
  f.sales_on,
  r.* EXCLUDE (customer_id)
FROM customer_full AS c
LEFT JOIN customer_business AS b ON c.customer_id = b.customer_id
LEFT JOIN customer_fact AS f ON c.customer_id = f.customer_id
LEFT JOIN bureau_feature AS r ON c.customer_id = r.customer_id
