-- External events still standing on each account: first day known, and size by the latest row.
--
-- An event without an account concerns every account of the customer. A later lift ends an event;
-- on the same moment the event stays.
SELECT account_id, :columns
FROM (
  SELECT account_id, kind, known_on, value_bp, stamp,
    MAX(stamp) OVER (PARTITION BY account_id, kind) AS last_stamp
  FROM (
    SELECT account_id, kind, known_on, value_bp, stamp, :lifted_at AS lifted_at
    FROM (
      SELECT s.account_id, e.kind, e.known_on, e.value_bp,
        CAST(DATE_DIFF('day', DATE '1900-01-01', e.known_on) AS BIGINT) * 1000000
          + DATE_DIFF('day', DATE '1900-01-01', e.happened_on) AS stamp
      FROM known_external_event AS e
      INNER JOIN account_state AS s ON e.account_id = s.account_id
      WHERE :used
      UNION ALL
      SELECT s.account_id, e.kind, e.known_on, e.value_bp,
        CAST(DATE_DIFF('day', DATE '1900-01-01', e.known_on) AS BIGINT) * 1000000
          + DATE_DIFF('day', DATE '1900-01-01', e.happened_on)
      FROM known_external_event AS e
      INNER JOIN account_state AS s ON e.customer_id = s.customer_id
      WHERE e.account_id IS NULL AND :used
    ) AS placed
  ) AS ended
  WHERE lifted_at IS NULL OR stamp >= lifted_at
) AS standing
GROUP BY account_id
