-- One row for each account of which some event, movement or collateral is known; most have none.
SELECT
  i.account_id,
  CASE WHEN d.account_id IS NULL THEN 0 ELSE d.debit_failures END AS debit_failures,
  d.debit_failed_on,
  CASE WHEN p.account_id IS NULL THEN 0 WHEN p.strange > 0 THEN p.strange END AS payer_strange,
  CASE WHEN p.account_id IS NULL THEN 0 WHEN p.strange > 0 THEN p.platform END AS payer_platform,
  p.strange_on,
  CASE WHEN c.account_id IS NULL THEN 0 ELSE c.spend_minor END AS spend_minor,
  CASE WHEN c.account_id IS NULL THEN 0 ELSE c.cash_minor END AS cash_minor,
  CASE WHEN c.account_id IS NULL THEN 0 ELSE c.cash_night END AS cash_night,
  c.used_on,
  COALESCE(u.securities_minor, 0) AS securities_minor,
  COALESCE(u.property_minor, 0) AS property_minor,
  COALESCE(u.lender_minor, 0) AS lender_minor,
  COALESCE(u.company_minor, 0) AS company_minor,
  COALESCE(u.return_minor, 0) AS return_minor,
  u.moved_on,
  COALESCE(k.pieces, 0) AS pieces,
  k.value_minor,
  k.valued_on,
  k.drop_bp,
  k.seized_pieces,
  k.seized_on,
  k.lapsed_days,
  COALESCE(g.times, 0) AS unwilling_times,
  g.unwilling_on,
  b.report_on AS guarantor_report_on,
  b.overdue_worst AS guarantor_overdue_worst,
  b.cards_stopped AS guarantor_cards_stopped,
  b.bad_debts AS guarantor_bad_debts,
  f.account_id IS NOT NULL AS first_due_unseen
FROM (
  SELECT account_id FROM debit_feature
  UNION
  SELECT account_id FROM payer_strange
  UNION
  SELECT account_id FROM card_use
  UNION
  SELECT account_id FROM use_feature
  UNION
  SELECT account_id FROM collateral_feature
  UNION
  SELECT account_id FROM guarantor_unwilling
  UNION
  SELECT account_id FROM bureau_guarantor
  UNION
  SELECT account_id FROM first_due_unseen
) AS i
LEFT JOIN debit_feature AS d ON i.account_id = d.account_id
LEFT JOIN payer_strange AS p ON i.account_id = p.account_id
LEFT JOIN card_use AS c ON i.account_id = c.account_id
LEFT JOIN use_feature AS u ON i.account_id = u.account_id
LEFT JOIN collateral_feature AS k ON i.account_id = k.account_id
LEFT JOIN guarantor_unwilling AS g ON i.account_id = g.account_id
LEFT JOIN bureau_guarantor AS b ON i.account_id = b.account_id
LEFT JOIN first_due_unseen AS f ON i.account_id = f.account_id
