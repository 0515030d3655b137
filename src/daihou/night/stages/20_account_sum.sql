-- Each open or written-off account beside its sums; `plain` tells that it was paid as agreed all along.
--
-- Proof that `plain` is right, without sorting a single payment: in the window there is one due and
-- one payment in each of the same months (bits, counts); the amounts are equal but for at most one
-- odd one, and it sits in the same month on both sides (count, sum, least, largest, moment); no
-- payment is later in its month than the earliest due day; before the window all was paid. So each
-- payment settled the due of its month on time. Every account that fails goes the long way.
SELECT
  a.account_id,
  a.customer_id,
  a.product,
  a.currency,
  a.opened_on,
  a.matures_on,
  a.written_off_on,
  a.taken_on_on,
  a.line_id,
  a.guarantee_kind,
  a.amount_minor,
  a.rate_bp,
  a.declared_use,
  a.use_proof_on,
  COALESCE(a.taken_on_balance_minor, a.amount_minor) AS principal_start_minor,
  d.first_due_on,
  d.next_due_on,
  CAST(d.instalments_due AS INTEGER) AS instalments_due,
  d.due_minor,
  d.principal_due_minor,
  COALESCE(d.shape_months, 0) AS due_months,
  p.last_paid_on,
  COALESCE(p.paid_minor, 0) AS paid_minor,
  CASE WHEN p.principal_unsplit = 0 THEN p.principal_paid_minor END AS principal_paid_minor,
  COALESCE(p.paid_3m_minor, 0) AS paid_3m_minor,
  COALESCE(p.paid_prev_6m_minor, 0) AS paid_prev_6m_minor,
  COALESCE(
    d.due_minor = COALESCE(p.paid_minor, 0)
    AND d.old_minor = COALESCE(p.old_minor, 0)
    AND d.shape_count = COALESCE(p.shape_count, 0)
    AND (
      d.shape_count = 0
      OR (
        d.shape_months = p.shape_months
        AND BIT_COUNT(d.shape_months) = d.shape_count
        AND d.shape_least = p.shape_least
        AND d.shape_largest = p.shape_largest
        AND d.shape_moment = p.shape_moment
        AND d.due_minor - d.old_minor IN (
          (d.shape_count - 1) * d.shape_largest + d.shape_least,
          (d.shape_count - 1) * d.shape_least + d.shape_largest
        )
        AND p.shape_day <= d.shape_day
      )
    ),
    FALSE
  ) AS plain
FROM known_account AS a
LEFT JOIN due_total AS d ON a.account_id = d.account_id
LEFT JOIN paid_total AS p ON a.account_id = p.account_id
WHERE a.closed_on IS NULL
