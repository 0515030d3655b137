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
  COALESCE(a.taken_on_balance_minor, a.amount_minor) AS principal_start_minor,
  n.next_due_on,
  d.dues,
  NOT d.due_minor IS NULL OR NOT n.next_due_on IS NULL AS scheduled,
  d.principal_due_minor,
  p.first_paid_on,
  p.last_paid_on,
  COALESCE(p.paid_minor, 0) AS paid_minor,
  CASE WHEN p.principal_given = p.payments THEN p.principal_paid_minor END AS principal_paid_minor,
  COALESCE(SHIFTRIGHT(d.months, 39), 0) + 16777216 * (
    GREATEST(0, LEAST(24, YEAR(a.opened_on) * 12 + MONTH(a.opened_on) - 24283)) + 32 * CASE
      WHEN a.taken_on_on IS NULL
      THEN 0
      WHEN a.taken_on_on > CAST('2025-06-30' AS DATE)
      THEN 24
      ELSE GREATEST(0, YEAR(a.taken_on_on) * 12 + MONTH(a.taken_on_on) - 24283)
    END + 1024 * GREATEST(
      0,
      LEAST(24, COALESCE(YEAR(a.written_off_on) * 12 + MONTH(a.written_off_on) - 24283, 24))
    )
  ) AS loan_pattern,
  CASE
    WHEN d.due_minor IS NULL
    THEN p.payments IS NULL
    ELSE COALESCE(
      d.due_minor = p.paid_minor
      AND d.recent = p.recent
      AND d.recent_minor = p.recent_minor
      AND d.months = p.months
      AND BIT_COUNT(SHIFTRIGHT(d.months, 1)) = d.recent
      AND d.least_minor = p.least_minor
      AND d.largest_minor = p.largest_minor
      AND d.moment = p.moment
      AND (
        d.recent_minor IN (d.recent * d.largest_minor, d.recent * d.least_minor)
        OR (
          d.dues = d.recent
          AND p.payments = p.recent
          AND d.recent_minor IN (
            (
              d.recent - 1
            ) * d.largest_minor + d.least_minor,
            (
              d.recent - 1
            ) * d.least_minor + d.largest_minor
          )
        )
      )
      AND p.day_in_month <= d.day_in_month,
      FALSE
    )
  END AS plain
FROM known_account AS a
LEFT JOIN due_total AS d
  ON a.account_id = d.account_id
LEFT JOIN due_next AS n
  ON a.account_id = n.account_id
LEFT JOIN paid_total AS p
  ON a.account_id = p.account_id
WHERE
  a.closed_on IS NULL AND a.currency = 'CNY'
