-- Accounts that were non-performing by days past due: whether they may leave substandard yet.
--
-- `held`: not yet paid normally for the months and periods of the law. `free_on`: the day on which
-- those months ended. An account that is late now may have been upgraded before: a clean run of
-- month ends after the last non-performing day says so, and lateness since does not undo it.
SELECT
  account_id,
  NOT cured AND NOT COALESCE(
    REGEXP_MATCHES(status_since, :upgraded) AND REGEXP_MATCHES(status_since, :enough_since), FALSE
  ) AS held,
  CASE WHEN cured THEN CAST(current_since_on + :upgrade AS DATE) END AS free_on
FROM (
  SELECT
    s.account_id,
    s.current_since_on,
    COALESCE(
      s.dpd = 0 AND s.current_since_on <= :current_since AND s.periods_since_current >= :upgrade_periods,
      FALSE
    ) AS cured,
    CASE
      WHEN s.npl_last_on IS NULL THEN s.status_24m
      ELSE RIGHT(s.status_24m, GREATEST(
        :month + 1 - YEAR(s.npl_last_on) * 12 - MONTH(s.npl_last_on), 1))
    END AS status_since
  FROM account_state AS s
  WHERE :upgrades AND (
    s.npl_last_on IS NOT NULL
    OR CASE WHEN s.dpd_basis = 'reported' THEN REGEXP_MATCHES(s.status_24m, '[4-7]') ELSE FALSE END
  )
) AS once_npl
