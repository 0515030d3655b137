-- Every account's position: what is owed, what is late, since when.
SELECT
  a.*,
  CAST(CASE
    WHEN g.balance_minor IS NOT NULL THEN g.balance_minor
    WHEN a.product = 'card' AND c.account_id IS NULL THEN CASE WHEN :statements_fed THEN 0 END
    WHEN a.product = 'card' THEN c.statement_balance_minor - COALESCE(s.paid_since_minor, 0)
    WHEN a.principal_paid_minor IS NOT NULL THEN a.principal_start_minor - a.principal_paid_minor
    WHEN NOT a.scheduled THEN CASE WHEN a.paid_minor = 0 THEN a.principal_start_minor END
    ELSE a.principal_start_minor - COALESCE(a.principal_due_minor, 0)
      + COALESCE(l.principal_unpaid_minor, 0)
  END AS BIGINT) AS balance_minor,
  CASE
    WHEN a.product <> 'card' THEN CASE WHEN a.scheduled THEN 'allocated' END
    WHEN c.minimum_unknown THEN CASE WHEN c.reported_dpd IS NOT NULL THEN 'reported' END
    WHEN :statements_fed THEN 'allocated'
  END AS dpd_basis,
  c.reported_dpd,
  a.loan_pattern + CASE
    WHEN a.product = 'card' THEN CASE
      WHEN c.account_id IS NULL AND NOT :statements_fed THEN 549755813888
      ELSE COALESCE(c.due_months, 0) - a.loan_pattern % 16777216
    END
    WHEN NOT a.scheduled THEN 549755813888
    ELSE 0
  END AS status_pattern,
  COALESCE(CASE WHEN a.product = 'card' THEN c.instalments_due ELSE a.dues END, 0) AS instalments_due,
  CASE WHEN a.product = 'card' THEN c.next_due_on ELSE a.next_due_on END AS due_next_on,
  l.missed,
  l.overdue_minor,
  l.oldest_unpaid_on,
  l.oldest_unpaid_interest_on,
  CASE WHEN l.missed = CASE WHEN a.product = 'card' THEN c.instalments_due ELSE a.dues END
    THEN l.oldest_unpaid_on END AS first_due_unpaid_on,
  l.late_times_6m,
  l.npl_last_on,
  l.last_cleared_late_on,
  l.periods_since_current,
  l.paid_3m_minor,
  l.paid_prev_6m_minor,
  l.own_status
FROM account_sum AS a
LEFT JOIN tracked_full AS l ON a.account_id = l.account_id
LEFT JOIN ledger_now AS g ON a.account_id = g.account_id
LEFT JOIN card_sum AS c ON a.account_id = c.account_id
LEFT JOIN card_paid_since AS s ON a.account_id = s.account_id
