-- Everything found out about each tracked account, back under its id.
SELECT
  t.account_id,
  t.account_no,
  l.missed,
  l.overdue_minor,
  l.oldest_unpaid_on,
  l.late_times_6m,
  l.npl_last_on,
  l.last_cleared_late_on,
  q.periods_since_current,
  r.paid_3m_minor,
  r.paid_prev_6m_minor,
  u.principal_unpaid_minor,
  u.oldest_unpaid_interest_on,
  :own_status AS own_status
FROM tracked AS t
LEFT JOIN late_account AS l ON t.account_no = l.account_no
LEFT JOIN tracked_pace AS r ON t.account_no = r.account_no
LEFT JOIN periods_since AS q ON t.account_no = q.account_no
LEFT JOIN unpaid_part AS u ON t.account_no = u.account_no
LEFT JOIN late_status AS y ON t.account_no = y.account_no
LEFT JOIN reported_status AS v ON t.account_no = v.account_no
