-- One row an open or written-off account: everything that classification, signals and policy read.
SELECT
  p.account_id,
  p.customer_id,
  p.product,
  p.currency,
  u.retail,
  u.kind AS customer_kind,
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
  p.overdue_minor,
  p.dpd,
  p.dpd_basis,
  'M' || LEAST((p.dpd + 29) // 30, 7) AS bucket,
  CASE WHEN y.account_id IS NULL THEN t.status_text ELSE :status_columns END AS status_24m,
  CAST(DATE_DIFF('month', p.opened_on, :as_of)
    - CASE WHEN DAY(p.opened_on) > DAY(:as_of) AND :as_of < LAST_DAY(:as_of) THEN 1 ELSE 0 END
    AS INTEGER) AS months_on_book,
  CAST(GREATEST(0, DATE_DIFF('month', :as_of, p.matures_on)
    - CASE WHEN DAY(p.matures_on) < DAY(:as_of) AND p.matures_on < LAST_DAY(p.matures_on) THEN 1 ELSE 0 END)
    AS INTEGER) AS months_to_maturity,
  p.instalments_due,
  p.instalments_missed,
  p.first_due_on,
  p.next_due_on,
  p.last_paid_on,
  p.first_due_cleared_on,
  p.oldest_unpaid_on,
  p.oldest_unpaid_interest_on,
  p.late_times_6m,
  p.npl_last_on,
  p.current_since_on,
  p.periods_since_current,
  p.paid_3m_minor,
  p.paid_prev_6m_minor
FROM account_position AS p
INNER JOIN status_text AS t ON p.status_pattern = t.status_pattern
LEFT JOIN late_status AS y ON p.account_id = y.account_id
LEFT JOIN known_customer AS u ON p.customer_id = u.customer_id
LEFT JOIN line_now AS n ON p.line_id = n.line_id
LEFT JOIN line_use AS w ON p.line_id = w.line_id
