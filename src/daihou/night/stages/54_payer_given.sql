-- Whether the lender tells who paid: one row.
SELECT MAX(payer_relation) IS NOT NULL AS payer_given
FROM known_payment
WHERE paid_on > :three_months_ago
