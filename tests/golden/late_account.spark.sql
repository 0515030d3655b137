SELECT
  c.account_no,
  CAST(SUM(
    CASE
      WHEN c.due_on <= CAST('2025-06-30' AS DATE) AND c.cleared_on IS NULL
      THEN 1
      ELSE 0
    END
  ) AS INT) AS missed,
  MIN(
    CASE
      WHEN c.due_on < CAST('2025-06-30' AS DATE) AND c.cleared_on IS NULL
      THEN c.due_on
    END
  ) AS oldest_unpaid_on,
  CAST(SUM(
    CASE
      WHEN c.due_on < CAST('2025-06-30' AS DATE) AND c.cleared_on IS NULL
      THEN LEAST(c.amount_minor, GREATEST(c.due_total_minor - COALESCE(r.reached_minor, 0), 0))
      ELSE 0
    END
  ) AS BIGINT) AS overdue_minor,
  CAST(SUM(
    CASE
      WHEN c.due_on > CAST('2024-12-31' AS DATE) AND c.due_on < CAST('2025-06-30' AS DATE)
      THEN 1
      ELSE 0
    END
  ) AS INT) AS late_times_6m,
  MAX(
    CASE
      WHEN COALESCE(c.cleared_on, CAST('2025-06-30' AS DATE)) >= CAST('2023-07-01' AS DATE)
      AND COALESCE(c.cleared_on - 1, CAST('2025-06-30' AS DATE)) - c.due_on > 90
      THEN COALESCE(c.cleared_on - 1, CAST('2025-06-30' AS DATE))
    END
  ) AS npl_last_on,
  MAX(CASE WHEN c.cleared_on >= CAST('2023-07-01' AS DATE) THEN c.cleared_on END) AS last_cleared_late_on
FROM late_due AS c
LEFT JOIN reached AS r
  ON c.account_no = r.account_no
GROUP BY
  c.account_no
