-- Every account's position: what is owed, what is late, since when.
SELECT
  a.account_id,
  a.customer_id,
  a.product,
  a.currency,
  a.opened_on,
  a.matures_on,
  a.written_off_on,
  a.line_id,
  a.guarantee_kind,
  a.amount_minor,
  a.rate_bp,
  a.declared_use,
  a.use_proof_on,
  CAST(CASE
    WHEN g.balance_minor IS NOT NULL THEN g.balance_minor
    WHEN a.product = 'card' AND c.account_id IS NULL THEN CASE WHEN :statements_fed THEN 0 END
    WHEN a.product = 'card' THEN c.statement_balance_minor - COALESCE(s.paid_since_minor, 0)
    WHEN a.principal_paid_minor IS NOT NULL THEN a.principal_start_minor - a.principal_paid_minor
    WHEN a.due_minor IS NULL THEN CASE WHEN a.paid_minor = 0 THEN a.principal_start_minor END
    WHEN a.plain THEN a.principal_start_minor - a.principal_due_minor
    ELSE a.principal_start_minor - COALESCE(l.principal_allocated_minor, 0)
  END AS BIGINT) AS balance_minor,
  CAST(CASE
    WHEN a.product = 'card' AND (c.minimum_unknown > 0 OR (c.account_id IS NULL AND NOT :statements_fed)) THEN NULL
    WHEN a.product <> 'card' AND a.due_minor IS NULL THEN NULL
    ELSE COALESCE(l.overdue_minor, 0)
  END AS BIGINT) AS overdue_minor,
  CAST(CASE
    WHEN a.product = 'card' AND c.account_id IS NULL THEN CASE WHEN :statements_fed THEN 0 END
    WHEN a.product = 'card' AND c.minimum_unknown > 0 THEN c.reported_dpd
    WHEN a.product <> 'card' AND a.due_minor IS NULL THEN NULL
    ELSE COALESCE(:as_of - l.oldest_unpaid_on, 0)
  END AS INTEGER) AS dpd,
  CASE
    WHEN a.product = 'card' AND c.minimum_unknown > 0 AND c.reported_dpd IS NOT NULL THEN 'reported'
    WHEN a.product = 'card' AND (c.minimum_unknown = 0 OR :statements_fed) THEN 'allocated'
    WHEN a.product <> 'card' AND a.due_minor IS NOT NULL THEN 'allocated'
  END AS dpd_basis,
  CAST(CASE WHEN a.product = 'card' THEN COALESCE(c.due_months, 0) ELSE a.due_months END AS BIGINT)
    + 16777216 * (
      GREATEST(0, LEAST(24, YEAR(a.opened_on) * 12 + MONTH(a.opened_on) - :window_month))
      + 32 * GREATEST(0, LEAST(24, COALESCE(
          YEAR(a.taken_on_on) * 12 + MONTH(a.taken_on_on) - :window_month, 0)))
      + 1024 * GREATEST(0, LEAST(24, COALESCE(
          YEAR(a.written_off_on) * 12 + MONTH(a.written_off_on) - :window_month, 24)))
      + 32768 * CASE
          WHEN a.product = 'card' THEN CASE WHEN c.account_id IS NULL AND NOT :statements_fed THEN 1 ELSE 0 END
          WHEN a.due_minor IS NULL THEN 1
          ELSE 0
        END
    ) AS status_pattern,
  CAST(COALESCE(CASE WHEN a.product = 'card' THEN c.instalments_due ELSE a.instalments_due END, 0)
    AS INTEGER) AS instalments_due,
  CAST(COALESCE(l.missed, 0) AS INTEGER) AS instalments_missed,
  CASE WHEN a.product = 'card' THEN c.first_due_on ELSE a.first_due_on END AS first_due_on,
  CASE WHEN a.product = 'card' THEN c.next_due_on ELSE a.next_due_on END AS next_due_on,
  a.last_paid_on,
  CASE
    WHEN l.account_id IS NOT NULL THEN l.first_due_cleared_on
    WHEN a.plain AND a.first_due_on <= :as_of THEN a.first_due_on
  END AS first_due_cleared_on,
  l.oldest_unpaid_on,
  l.oldest_unpaid_interest_on,
  CAST(COALESCE(l.late_times_6m, 0) AS INTEGER) AS late_times_6m,
  l.npl_last_on,
  CASE WHEN l.oldest_unpaid_on IS NULL THEN l.last_cleared_late_on END AS current_since_on,
  CAST(CASE WHEN l.oldest_unpaid_on IS NULL THEN COALESCE(q.periods_since_current, 0) ELSE 0 END
    AS INTEGER) AS periods_since_current,
  CAST(a.paid_3m_minor AS BIGINT) AS paid_3m_minor,
  CAST(a.paid_prev_6m_minor AS BIGINT) AS paid_prev_6m_minor
FROM account_sum AS a
LEFT JOIN late_account AS l ON a.account_id = l.account_id
LEFT JOIN periods_since AS q ON a.account_id = q.account_id
LEFT JOIN ledger_now AS g ON a.account_id = g.account_id
LEFT JOIN card_sum AS c ON a.account_id = c.account_id
LEFT JOIN card_paid_since AS s ON a.account_id = s.account_id
