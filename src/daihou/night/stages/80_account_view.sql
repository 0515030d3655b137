-- What a policy reads of an account.
SELECT * FROM account_full
