-- What the lender tells at all, in one row: who paid, proofs of use, since when transactions.
SELECT g.payer_given, p.proof_given, t.moves_from, c.card_from
FROM payer_given AS g
CROSS JOIN (SELECT MAX(use_proof_on) IS NOT NULL AS proof_given FROM account_state) AS p
CROSS JOIN (SELECT MIN(first_on) AS moves_from FROM transaction_sum) AS t
CROSS JOIN (SELECT MIN(first_on) AS card_from FROM card_use) AS c
