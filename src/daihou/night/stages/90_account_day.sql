-- What is published of an account.
SELECT a.*, u.unknown_signals
FROM account_full AS a
LEFT JOIN signal_unknown AS u ON u.subject_kind = 'account' AND u.subject_id = a.account_id
