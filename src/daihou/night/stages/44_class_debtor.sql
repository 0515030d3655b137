-- What all accounts of one debtor say together: only debtors with a non-performing account, and
-- non-retail debtors. A share over an unknown balance or two currencies is unknown, not zero.
SELECT
  t.customer_id,
  t.npl_accounts,
  t.npl_since,
  CASE WHEN t.balances_unknown = 0 AND t.one_currency THEN :share_here END AS share_here,
  :share_all_banks AS share_all_banks,
  t.npl_accounts > 0 OR COALESCE(c.all_bank_overdue_90_minor > 0, FALSE) AS npl_anywhere
FROM (
  SELECT
    customer_id,
    SUM(CASE WHEN npl THEN 1 ELSE 0 END) AS npl_accounts,
    MIN(CASE WHEN npl THEN npl_since END) AS npl_since,
    SUM(CASE WHEN npl THEN GREATEST(COALESCE(balance_minor, 0), 0) ELSE 0 END) AS npl_minor,
    SUM(GREATEST(COALESCE(balance_minor, 0), 0)) AS total_minor,
    SUM(CASE WHEN balance_minor IS NULL THEN 1 ELSE 0 END) AS balances_unknown,
    MIN(currency) = MAX(currency) AS one_currency
  FROM (
    SELECT
      s.customer_id,
      s.retail,
      s.balance_minor,
      s.currency,
      COALESCE(:npl, FALSE) AS npl,
      COALESCE(:npl_since, DATE '1900-01-01') AS npl_since
    FROM account_state AS s
    LEFT JOIN class_note AS e ON s.account_id = e.account_id
  ) AS claim
  WHERE :wanted_debtor AND (npl OR NOT retail)
  GROUP BY customer_id
) AS t
LEFT JOIN (
  SELECT customer_id, all_bank_debt_minor, all_bank_overdue_90_minor
  FROM known_customer
  WHERE NOT retail
) AS c ON t.customer_id = c.customer_id
