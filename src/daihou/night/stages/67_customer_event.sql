-- Events of each customer, counted in their windows.
--
-- Reaching the borrower ends a row of failed contacts; new work ends a loss of work; a rise of
-- income ends a fall. Of several figures of one day the lowest counts.
SELECT
  customer_id,
  SUM(CASE WHEN missed AND happened_on > :as_of - 10 THEN 1 ELSE 0 END) AS contact_failed_10d,
  SUM(CASE WHEN missed AND happened_on > :as_of - 20 THEN 1 ELSE 0 END) AS contact_failed_20d,
  SUM(CASE WHEN missed AND happened_on > :as_of - 30 THEN 1 ELSE 0 END) AS contact_failed_30d,
  MAX(CASE WHEN missed THEN happened_on END) AS contact_failed_on,
  SUM(CASE WHEN kind = 'job_changed' AND in_year THEN 1 ELSE 0 END) AS job_changed_12m,
  SUM(CASE WHEN jobless THEN 1 ELSE 0 END) AS job_lost_12m,
  MAX(CASE WHEN jobless OR (kind = 'job_changed' AND in_year) THEN happened_on END) AS job_on,
  SUM(CASE WHEN declined THEN 1 ELSE 0 END) AS decline_12m,
  MAX(CASE WHEN declined THEN value_bp END) AS decline_max_bp,
  MAX(CASE WHEN declined THEN happened_on END) AS decline_on,
  SUM(CASE WHEN kind = 'inspection_refused' AND in_year THEN 1 ELSE 0 END) AS refused_12m,
  MAX(CASE WHEN kind = 'inspection_refused' AND in_year THEN happened_on END) AS refused_on,
  SUM(CASE WHEN kind = 'lawsuit_defendant' THEN 1 ELSE 0 END) AS lawsuits_24m,
  SUM(CASE WHEN kind = 'enforced' THEN 1 ELSE 0 END) AS enforced_24m,
  SUM(CASE WHEN kind = 'dishonest_debtor' THEN 1 ELSE 0 END) AS dishonest_24m,
  MAX(CASE WHEN kind IN ('lawsuit_defendant', 'enforced', 'dishonest_debtor') THEN happened_on END)
    AS court_on,
  BIT_COUNT(BIT_OR(CASE WHEN kind = 'tax_return_missed' AND happened_on > :six_months_ago
    THEN CAST(1 AS BIGINT) << month_back ELSE 0 END)) AS tax_missed_6m,
  MAX(CASE WHEN kind = 'tax_return_missed' AND happened_on > :six_months_ago THEN happened_on END)
    AS tax_missed_on,
  MIN(CASE WHEN kind = 'utilities_use' AND newest AND in_quarter THEN value_bp END) AS utilities_bp,
  MAX(CASE WHEN kind = 'utilities_use' AND newest AND in_quarter THEN happened_on END) AS utilities_on,
  SUM(CASE WHEN kind = 'legal_representative_changed' AND happened_on > :six_months_ago
    THEN 1 ELSE 0 END) AS representative_6m,
  MAX(CASE WHEN kind = 'legal_representative_changed' AND happened_on > :six_months_ago
    THEN happened_on END) AS representative_on,
  MIN(CASE WHEN kind = 'sales_ratio' AND newest AND in_quarter THEN value_bp END) AS sales_bp,
  MAX(CASE WHEN kind = 'sales_ratio' AND newest AND in_quarter THEN happened_on END) AS sales_on
FROM (
  SELECT
    customer_id,
    kind,
    happened_on,
    value_bp,
    happened_on > :twelve_months_ago AS in_year,
    happened_on > :three_months_ago AS in_quarter,
    :month_of_as_of - (YEAR(happened_on) * 12 + MONTH(happened_on)) AS month_back,
    kind = 'contact_failed' AND COALESCE(happened_on > reached_on, TRUE) AS missed,
    kind = 'job_lost' AND happened_on > :twelve_months_ago AND COALESCE(happened_on >= changed_on, TRUE)
      AS jobless,
    happened_on > :twelve_months_ago
      AND (
        kind IN ('assets_down', 'health_down')
        OR (kind = 'income_down' AND COALESCE(happened_on >= risen_on, TRUE))
      ) AS declined,
    happened_on = newest_on AS newest
  FROM (
    SELECT
      customer_id,
      kind,
      happened_on,
      value_bp,
      MAX(CASE WHEN value_bp IS NOT NULL THEN happened_on END) OVER (PARTITION BY customer_id, kind)
        AS newest_on,
      MAX(CASE WHEN kind = 'contact_reached' THEN happened_on END) OVER (PARTITION BY customer_id)
        AS reached_on,
      MAX(CASE WHEN kind = 'job_changed' THEN happened_on END) OVER (PARTITION BY customer_id)
        AS changed_on,
      MAX(CASE WHEN kind = 'income_up' THEN happened_on END) OVER (PARTITION BY customer_id)
        AS risen_on
    FROM event_recent
  ) AS dated
) AS told
GROUP BY customer_id
