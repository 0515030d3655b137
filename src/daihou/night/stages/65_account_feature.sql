-- What signals read of each account: its state, and the few facts that stand beside it.
--
-- A fact never landed leaves its features unknown; an account without a row in account_fact has
-- none of these facts, which is a known zero. Amounts are held below 9 x 10^14 before they are
-- multiplied, so that the product fits 64 bits.
SELECT
  s.account_id,
  s.customer_id,
  s.product,
  s.customer_kind,
  s.guarantee_kind,
  s.declared_use,
  s.dpd_basis,
  s.opened_on,
  s.months_on_book,
  s.amount_minor,
  s.balance_minor,
  s.limit_minor,
  s.utilisation_bp,
  s.overdue_minor,
  s.dpd,
  s.oldest_unpaid_on,
  s.last_paid_on,
  CASE WHEN s.dpd_basis = 'allocated' THEN s.late_times_6m END AS late_times_6m,
  s.first_due_unpaid_on AS first_due_on,
  CASE
    WHEN COALESCE(s.dpd_basis <> 'allocated' OR f.first_due_unseen, s.dpd_basis IS NULL) THEN NULL
    WHEN s.first_due_unpaid_on < :as_of THEN :as_of - s.first_due_unpaid_on
    ELSE 0
  END AS first_due_late_days,
  s.oldest_unpaid_interest_on,
  CASE WHEN s.dpd_basis = 'allocated' THEN COALESCE(:as_of - s.oldest_unpaid_interest_on, 0) END
    AS interest_late_days,
  s.paid_3m_minor,
  s.paid_prev_6m_minor,
  CASE
    WHEN NOT :payment_fed OR s.months_on_book < 9 THEN NULL
    WHEN s.paid_as_agreed AND s.product <> 'card' THEN CASE WHEN s.dpd_basis = 'allocated' THEN 10000 END
    WHEN s.paid_prev_6m_minor > 0
      THEN LEAST(GREATEST(COALESCE(s.paid_3m_minor, 0), 0), 400000000000000) * 20000 // s.paid_prev_6m_minor
  END AS paid_pace_bp,
  CASE WHEN :debit_fed THEN CASE WHEN f.account_id IS NULL THEN 0 ELSE f.debit_failures END END
    AS debit_failures,
  f.debit_failed_on,
  CASE WHEN x.payer_given THEN CASE WHEN f.account_id IS NULL THEN 0 ELSE f.payer_strange END END
    AS payer_strange_3m,
  CASE WHEN x.payer_given THEN CASE WHEN f.account_id IS NULL THEN 0 ELSE f.payer_platform END END
    AS payer_platform_3m,
  f.strange_on AS payer_strange_on,
  CASE WHEN s.product = 'card' THEN f.spend_minor END AS card_spend_3m_minor,
  CASE WHEN s.product = 'card' THEN f.cash_minor END AS card_cash_3m_minor,
  CASE
    WHEN s.product <> 'card' OR x.card_from IS NULL THEN NULL
    WHEN f.spend_minor > 0 THEN f.cash_minor * 10000 // f.spend_minor
    WHEN f.spend_minor = 0 OR f.account_id IS NULL THEN 0
  END AS cash_share_bp,
  CASE WHEN s.product = 'card' THEN f.cash_night END AS cash_night_3m,
  f.used_on AS last_used_on,
  CASE WHEN s.product = 'card' AND x.card_from IS NOT NULL THEN
    DATE_DIFF('month', COALESCE(f.used_on, GREATEST(s.opened_on, x.card_from)), :as_of)
    - CASE WHEN DAY(COALESCE(f.used_on, GREATEST(s.opened_on, x.card_from))) > DAY(:as_of)
        AND :as_of < LAST_DAY(:as_of) THEN 1 ELSE 0 END
  END AS card_unused_months,
  s.product <> 'card' AND s.opened_on > :twelve_months_ago AS use_watched,
  CASE WHEN s.opened_on >= x.moves_from THEN COALESCE(f.securities_minor, 0) END AS use_securities_minor,
  CASE WHEN s.opened_on >= x.moves_from THEN COALESCE(f.securities_minor, 0) END
    * 10000 // NULLIF(s.amount_minor, 0) AS use_securities_bp,
  CASE WHEN s.opened_on >= x.moves_from THEN COALESCE(f.property_minor, 0) END AS use_property_minor,
  CASE WHEN s.opened_on >= x.moves_from THEN COALESCE(f.property_minor, 0) END
    * 10000 // NULLIF(s.amount_minor, 0) AS use_property_bp,
  CASE WHEN s.opened_on >= x.moves_from THEN COALESCE(f.lender_minor, 0) END AS use_lender_minor,
  CASE WHEN s.opened_on >= x.moves_from THEN COALESCE(f.lender_minor, 0) END
    * 10000 // NULLIF(s.amount_minor, 0) AS use_lender_bp,
  CASE WHEN s.opened_on >= x.moves_from THEN COALESCE(f.company_minor, 0) END AS use_company_minor,
  CASE WHEN s.opened_on >= x.moves_from THEN COALESCE(f.company_minor, 0) END
    * 10000 // NULLIF(s.amount_minor, 0) AS use_company_bp,
  CASE WHEN s.opened_on >= x.moves_from THEN COALESCE(f.return_minor, 0) END AS use_return_minor,
  CASE WHEN s.opened_on >= x.moves_from THEN COALESCE(f.return_minor, 0) END
    * 10000 // NULLIF(s.amount_minor, 0) AS use_return_bp,
  f.moved_on AS use_moved_on,
  s.use_proof_on,
  CASE
    WHEN s.use_proof_on IS NOT NULL THEN 0
    WHEN s.declared_use IS NOT NULL AND x.proof_given THEN :as_of - s.opened_on
  END AS proof_missing_days,
  COALESCE(f.pieces > 0, FALSE) OR COALESCE(s.guarantee_kind IN ('mortgage', 'pledge', 'mixed'), FALSE)
    AS secured,
  CASE WHEN :collateral_fed THEN COALESCE(f.pieces, 0) END AS collateral_pieces,
  f.value_minor AS collateral_value_minor,
  f.valued_on AS collateral_valued_on,
  CASE WHEN s.balance_minor > 900000000000000 THEN 900000000000000 ELSE s.balance_minor END
    * 10000 // NULLIF(f.value_minor, 0) AS ltv_bp,
  f.drop_bp AS value_drop_bp,
  f.seized_pieces,
  f.seized_on,
  f.lapsed_days AS papers_lapsed_days,
  COALESCE(f.unwilling_times > 0 OR f.guarantor_report_on IS NOT NULL, FALSE)
    OR COALESCE(s.guarantee_kind IN ('guaranteed', 'mixed'), FALSE) AS guaranteed,
  CASE WHEN :event_fed THEN COALESCE(f.unwilling_times, 0) END AS guarantor_unwilling_12m,
  f.unwilling_on AS guarantor_unwilling_on,
  f.guarantor_report_on,
  f.guarantor_overdue_worst,
  f.guarantor_cards_stopped,
  f.guarantor_bad_debts
FROM account_state AS s
CROSS JOIN feature_scope AS x
LEFT JOIN account_fact AS f ON s.account_id = f.account_id
