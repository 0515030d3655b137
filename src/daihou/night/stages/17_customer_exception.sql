-- Customers who are not plain retail persons, and owners of accounts whom nobody handed over.
SELECT customer_id, retail, kind AS customer_kind
FROM known_customer
WHERE NOT retail OR kind <> 'person'
UNION ALL
SELECT DISTINCT a.customer_id, CAST(NULL AS BOOLEAN), CAST(NULL AS VARCHAR)
FROM known_account AS a
WHERE NOT EXISTS (SELECT 1 FROM known_customer AS c WHERE c.customer_id = a.customer_id)
