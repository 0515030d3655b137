-- What a policy reads of a customer.
SELECT
  f.*,
  c.kind,
  c.retail,
  c.offers_opt_out
FROM customer_full AS f
LEFT JOIN known_customer AS c ON f.customer_id = c.customer_id
