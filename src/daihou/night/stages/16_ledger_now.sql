-- The newest balance that the lender's own ledger gave for each account.
SELECT account_id, ARG_MAX(balance_minor, balance_on) AS balance_minor
FROM known_ledger_balance
GROUP BY account_id
