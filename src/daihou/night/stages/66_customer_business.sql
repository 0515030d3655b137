-- Customers who run a business, and those of whom nobody told what they are (unknown).
SELECT
  customer_id,
  CASE WHEN MAX(CASE WHEN customer_kind = 'business' OR product = 'business_loan' THEN 1 ELSE 0 END) = 1
    THEN TRUE END AS business
FROM account_state
WHERE customer_kind IS NULL OR customer_kind = 'business' OR product = 'business_loan'
GROUP BY customer_id
