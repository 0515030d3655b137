-- Where each recent payout went. What came back: from a receiver within 3 days of paying it, at the
-- most what that receiver got.
SELECT
  account_id,
  SUM(securities_minor) AS securities_minor,
  SUM(property_minor) AS property_minor,
  SUM(lender_minor) AS lender_minor,
  SUM(company_minor) AS company_minor,
  SUM(LEAST(paid_out_minor, back_minor)) AS return_minor,
  MAX(moved_on) AS moved_on
FROM (
  SELECT
    account_id,
    counterparty_id,
    SUM(CASE WHEN goes AND counterparty_kind IN ('securities', 'futures', 'wealth_product')
      THEN amount_minor ELSE 0 END) AS securities_minor,
    SUM(CASE WHEN goes AND counterparty_kind IN ('property_developer', 'property_agent', 'mortgage_account')
      THEN amount_minor ELSE 0 END) AS property_minor,
    SUM(CASE WHEN goes AND counterparty_kind = 'lender' THEN amount_minor ELSE 0 END) AS lender_minor,
    SUM(CASE WHEN goes AND counterparty_kind = 'company_own' THEN amount_minor ELSE 0 END)
      AS company_minor,
    SUM(CASE WHEN goes AND pairs THEN amount_minor ELSE 0 END) AS paid_out_minor,
    SUM(CASE WHEN returns THEN amount_minor ELSE 0 END) AS back_minor,
    MAX(CASE WHEN goes OR returns THEN booked_on END) AS moved_on
  FROM (
    SELECT
      account_id,
      counterparty_id,
      counterparty_kind,
      booked_on,
      amount_minor,
      pairs,
      direction = 'out' AND in_window AS goes,
      COALESCE(direction = 'in' AND pairs AND booked_on <= last_out_on + 3, FALSE) AS returns
    FROM (
      SELECT
        *,
        MAX(CASE WHEN direction = 'out' AND in_window AND pairs THEN booked_on END) OVER (
          PARTITION BY account_id, counterparty_id ORDER BY booked_on
          RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS last_out_on
      FROM use_move
    ) AS ordered
  ) AS told
  GROUP BY account_id, counterparty_id
) AS receivers
GROUP BY account_id
HAVING SUM(securities_minor + property_minor + lender_minor + company_minor) > 0
  OR SUM(LEAST(paid_out_minor, back_minor)) > 0
