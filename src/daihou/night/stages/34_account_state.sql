-- One row an open or written-off account: everything that classification, signals and policy read.
SELECT
  p.account_id,
  p.customer_id,
  p.product,
  p.currency,
  CASE WHEN x.customer_id IS NULL THEN TRUE ELSE x.retail END AS retail,
  CASE WHEN x.customer_id IS NULL THEN 'person' ELSE x.customer_kind END AS customer_kind,
  p.opened_on,
  p.matures_on,
  p.written_off_on,
  p.line_id,
  p.guarantee_kind,
  p.amount_minor,
  p.rate_bp,
  p.declared_use,
  p.use_proof_on,
  p.balance_minor,
  n.limit_minor,
  CAST(CASE WHEN n.limit_minor > 0 AND w.unknown_balances = 0
    THEN LEAST(w.balance_minor * 10000 // n.limit_minor, 2000000000) END AS INTEGER) AS utilisation_bp,
  CAST(CASE WHEN p.dpd_basis = 'allocated' THEN COALESCE(p.overdue_minor, 0) END AS BIGINT)
    AS overdue_minor,
  CAST(CASE
    WHEN p.dpd_basis = 'allocated' THEN COALESCE(:as_of - p.oldest_unpaid_on, 0)
    WHEN p.dpd_basis = 'reported' THEN p.reported_dpd
  END AS INTEGER) AS dpd,
  p.dpd_basis,
  CASE
    WHEN p.dpd_basis = 'allocated'
      THEN 'M' || LEAST((COALESCE(:as_of - p.oldest_unpaid_on, 0) + 29) // 30, 7)
    WHEN p.dpd_basis = 'reported' THEN 'M' || LEAST((p.reported_dpd + 29) // 30, 7)
  END AS bucket,
  CASE WHEN p.own_status IS NULL THEN t.status_text ELSE :status_columns END AS status_24m,
  CAST(DATE_DIFF('month', p.opened_on, :as_of)
    - CASE WHEN DAY(p.opened_on) > DAY(:as_of) AND :as_of < LAST_DAY(:as_of) THEN 1 ELSE 0 END
    AS INTEGER) AS months_on_book,
  CAST(GREATEST(0, DATE_DIFF('month', :as_of, p.matures_on)
    - CASE WHEN DAY(p.matures_on) < DAY(:as_of) AND p.matures_on < LAST_DAY(p.matures_on)
      THEN 1 ELSE 0 END) AS INTEGER) AS months_to_maturity,
  CAST(p.instalments_due AS INTEGER) AS instalments_due,
  CAST(COALESCE(p.missed, 0) AS INTEGER) AS instalments_missed,
  p.due_next_on AS next_due_on,
  p.last_paid_on,
  p.plain AS paid_as_agreed,
  p.first_due_unpaid_on,
  p.oldest_unpaid_on,
  p.oldest_unpaid_interest_on,
  CAST(COALESCE(p.late_times_6m, 0) AS INTEGER) AS late_times_6m,
  p.npl_last_on,
  CASE WHEN p.oldest_unpaid_on IS NULL THEN p.last_cleared_late_on END AS current_since_on,
  CAST(CASE WHEN p.oldest_unpaid_on IS NULL THEN COALESCE(p.periods_since_current, 0) ELSE 0 END
    AS INTEGER) AS periods_since_current,
  p.paid_3m_minor,
  p.paid_prev_6m_minor
FROM account_position AS p
INNER JOIN status_text AS t ON p.status_pattern = t.status_pattern
LEFT JOIN customer_exception AS x ON p.customer_id = x.customer_id
LEFT JOIN line_now AS n ON p.line_id = n.line_id
LEFT JOIN line_use AS w ON p.line_id = w.line_id
