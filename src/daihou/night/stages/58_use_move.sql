-- Money that moved within 30 days of a payout of the last 12 months, and what came back 3 days after.
--
-- Only movements that some use-of-funds signal looks at: to forbidden receivers, and to or from
-- receivers that are known by number, from a hundredth of the loan, because they may send it back.
SELECT
  s.account_id,
  t.direction,
  t.counterparty_kind,
  t.counterparty_id,
  t.booked_on,
  t.amount_minor,
  t.booked_on <= s.opened_on + 30 AS in_window,
  t.counterparty_id IS NOT NULL
    AND t.counterparty_kind NOT IN ('person_self', 'cash_machine', 'tax_authority')
    AND t.category NOT IN ('salary', 'loan_payout') AS pairs
FROM known_transaction AS t
INNER JOIN account_state AS s ON t.customer_id = s.customer_id
WHERE s.product <> 'card'
  AND s.opened_on > :twelve_months_ago
  AND t.booked_on > :twelve_months_ago
  AND t.booked_on BETWEEN s.opened_on AND s.opened_on + 33
  AND (t.account_id IS NULL OR t.account_id = s.account_id)
  AND (
    t.counterparty_kind IN (
      'securities', 'futures', 'wealth_product', 'property_developer', 'property_agent',
      'mortgage_account', 'lender', 'company_own'
    )
    OR (t.counterparty_id IS NOT NULL AND t.amount_minor * 100 >= s.amount_minor)
  )
