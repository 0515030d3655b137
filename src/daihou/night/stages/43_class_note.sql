-- What is noted on an account beside its position, in one row: few accounts have any.
SELECT
  i.account_id,
  :event_columns,
  r.changed_on AS restructured_on,
  r.npl_before,
  r.again,
  r.defaulted,
  p.held,
  p.free_on
FROM (
  SELECT account_id FROM class_event
  UNION
  SELECT account_id FROM class_restructuring
  UNION
  SELECT account_id FROM class_probation
) AS i
LEFT JOIN class_event AS e ON i.account_id = e.account_id
LEFT JOIN class_restructuring AS r ON i.account_id = r.account_id
LEFT JOIN class_probation AS p ON i.account_id = p.account_id
