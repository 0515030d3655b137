-- What is published of a customer.
SELECT c.*, w.level AS watch_level, u.unknown_signals
FROM customer_full AS c
LEFT JOIN decision AS w
  ON w.subject_kind = 'customer' AND w.subject_id = c.customer_id
  AND w.treatment = 'watch' AND w.arm = 'champion'
LEFT JOIN signal_unknown AS u ON u.subject_kind = 'customer' AND u.subject_id = c.customer_id
