SELECT
  customer_id,
  currency,
  CAST(accounts AS INT) AS accounts,
  CAST(balance_minor AS BIGINT) AS balance_minor,
  CAST(accounts - balances_known AS INT) AS balances_unknown,
  CAST(overdue_minor AS BIGINT) AS overdue_minor,
  dpd_max,
  CASE worst_class
    WHEN 0
    THEN 'pass'
    WHEN 1
    THEN 'special_mention'
    WHEN 2
    THEN 'substandard'
    WHEN 3
    THEN 'doubtful'
    WHEN 4
    THEN 'loss'
  END AS worst_class,
  worst_stage,
  CAST(ecl_minor AS BIGINT) AS ecl_minor,
  months_on_book_max,
  late_times_6m_max
FROM (
  SELECT
    customer_id,
    MIN(currency) AS currency,
    COUNT(*) AS accounts,
    COALESCE(SUM(balance_minor), 0) AS balance_minor,
    COUNT(balance_minor) AS balances_known,
    COALESCE(SUM(overdue_minor), 0) AS overdue_minor,
    MAX(dpd) AS dpd_max,
    MAX(
      CASE asset_class
        WHEN 'pass'
        THEN 0
        WHEN 'special_mention'
        THEN 1
        WHEN 'substandard'
        THEN 2
        WHEN 'doubtful'
        THEN 3
        WHEN 'loss'
        THEN 4
      END
    ) AS worst_class,
    MAX(stage) AS worst_stage,
    COALESCE(SUM(ecl_minor), 0) AS ecl_minor,
    MAX(months_on_book) AS months_on_book_max,
    MAX(late_times_6m) AS late_times_6m_max
  FROM account_full
  GROUP BY
    customer_id
) AS customers
