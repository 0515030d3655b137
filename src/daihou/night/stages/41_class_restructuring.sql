-- Restructured assets still in observation: the last change of each account, and what came with it.
--
-- Relief deferrals, and changes without financial difficulty, do not count. Rows of one day are one
-- change. Observation begins on the first repayment day after the change, or anew when later
-- arrears were repaid; it ends after the months and the full periods, all paid. The status string
-- shows 24 month ends: a clean run longer than the period says that it ended before, whatever came
-- later. `again`: the change fell into the observation of the one before it. `defaulted`: a past
-- month end in observation shows more than 30 days past due.
WITH change AS (
  SELECT
    account_id,
    changed_on,
    MAX(first_due_on) AS first_due_on,
    MAX(CASE
      WHEN class_before IN ('substandard', 'doubtful', 'loss') THEN 1
      WHEN class_before IS NOT NULL THEN 0
    END) AS npl_before
  FROM known_restructuring
  WHERE for_difficulty AND kind <> 'relief_deferral' AND :wanted
  GROUP BY account_id, changed_on
),
placed AS (
  SELECT
    account_id,
    changed_on,
    first_due_on,
    npl_before,
    LAG(first_due_on) OVER (PARTITION BY account_id ORDER BY changed_on) AS first_due_before,
    ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY changed_on DESC) AS places_from_last
  FROM change
),
due_day AS (
  SELECT account_id, due_on FROM known_instalment
  UNION ALL
  SELECT account_id, due_on FROM known_card_statement
),
period AS (
  SELECT p.account_id, COUNT(*) AS periods
  FROM placed AS p
  INNER JOIN due_day AS d ON p.account_id = d.account_id
  WHERE p.places_from_last = 1 AND d.due_on > p.first_due_on AND d.due_on <= :as_of
  GROUP BY p.account_id
),
seen AS (
  SELECT
    p.account_id,
    p.changed_on,
    p.first_due_on,
    COALESCE(p.npl_before = 1, s.npl_last_on >= p.changed_on - 1, FALSE) AS npl_before,
    COALESCE(p.changed_on < CAST(p.first_due_before + :observation AS DATE), FALSE) AS again,
    s.dpd = 0 AND CASE
      WHEN s.current_since_on > p.first_due_on
        THEN s.current_since_on <= :observed_since AND s.periods_since_current >= :periods
      ELSE p.first_due_on <= :observed_since AND COALESCE(t.periods, 0) >= :periods
    END AS ended,
    RIGHT(s.status_24m, GREATEST(
      :month - YEAR(p.first_due_on) * 12 - MONTH(p.first_due_on), 0)) AS status_since,
    RIGHT(LEFT(s.status_24m, 23), GREATEST(
      :month - YEAR(p.first_due_on) * 12 - MONTH(p.first_due_on), 0)) AS status_past
  FROM placed AS p
  INNER JOIN account_state AS s ON p.account_id = s.account_id
  LEFT JOIN period AS t ON p.account_id = t.account_id
  WHERE p.places_from_last = 1
)
SELECT
  account_id,
  changed_on,
  npl_before,
  again,
  COALESCE(REGEXP_MATCHES(status_past, '[2-7]'), FALSE) AS defaulted
FROM seen
WHERE NOT COALESCE(ended, FALSE)
  AND NOT COALESCE(
    REGEXP_MATCHES(status_since, :clean) AND REGEXP_MATCHES(status_since, :enough), FALSE)
