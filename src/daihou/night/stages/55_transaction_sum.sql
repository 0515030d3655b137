-- Every transaction read once: sums by customer and account (no account: a deposit account).
--
-- salary_months has one bit for each of the last 24 calendar months with a salary, the month of
-- as_of first.
SELECT
  customer_id,
  account_id,
  MIN(booked_on) AS first_on,
  MAX(CASE WHEN category IN ('purchase', 'cash_advance', 'transfer') THEN booked_on END) AS used_on,
  SUM(CASE WHEN booked_on > :three_months_ago AND category IN ('purchase', 'cash_advance')
    THEN amount_minor ELSE 0 END) AS spend_minor,
  SUM(CASE WHEN booked_on > :three_months_ago AND category = 'cash_advance'
    THEN amount_minor ELSE 0 END) AS cash_minor,
  SUM(CASE WHEN booked_on > :three_months_ago AND category = 'cash_advance'
    AND (hour >= 22 OR hour < 6) THEN 1 ELSE 0 END) AS cash_night,
  SUM(CASE WHEN booked_on > :three_months_ago AND flows_in THEN amount_minor ELSE 0 END)
    AS inflow_3m_minor,
  SUM(CASE WHEN booked_on > :six_months_ago AND flows_in THEN amount_minor ELSE 0 END)
    AS inflow_6m_minor,
  MAX(CASE WHEN flows_in THEN booked_on END) AS inflow_on,
  BIT_OR(CASE WHEN category = 'salary' AND month_back < 24 THEN CAST(1 AS BIGINT) << month_back
    ELSE 0 END) AS salary_months,
  MAX(CASE WHEN category = 'salary' THEN booked_on END) AS salary_on
FROM (
  SELECT
    customer_id,
    account_id,
    booked_on,
    hour,
    amount_minor,
    category,
    -- Money lent, money given back and the customer's own money moved are no turnover.
    direction = 'in' AND category NOT IN ('loan_payout', 'refund')
      AND counterparty_kind <> 'person_self' AS flows_in,
    :month_of_as_of - (YEAR(booked_on) * 12 + MONTH(booked_on)) AS month_back
  FROM known_transaction
) AS moves
GROUP BY customer_id, account_id
