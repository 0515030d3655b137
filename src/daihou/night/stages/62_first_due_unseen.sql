-- Accounts in arrears whose history begins after payout: whether the first due was paid is unknown.
SELECT k.account_id
FROM known_account AS k
INNER JOIN account_state AS s ON k.account_id = s.account_id
WHERE k.taken_on_on > k.opened_on
  AND s.first_due_unpaid_on < :as_of
