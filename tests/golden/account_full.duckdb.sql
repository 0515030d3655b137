SELECT
  account_id,
  customer_id,
  product,
  currency,
  retail,
  customer_kind,
  opened_on,
  matures_on,
  written_off_on,
  line_id,
  guarantee_kind,
  amount_minor,
  rate_bp,
  declared_use,
  use_proof_on,
  balance_minor,
  limit_minor,
  utilisation_bp,
  overdue_minor,
  dpd,
  dpd_basis,
  bucket,
  status_24m,
  months_on_book,
  months_to_maturity,
  instalments_due,
  instalments_missed,
  next_due_on,
  last_paid_on,
  paid_as_agreed,
  first_due_unpaid_on,
  oldest_unpaid_on,
  oldest_unpaid_interest_on,
  late_times_6m,
  npl_last_on,
  current_since_on,
  periods_since_current,
  paid_3m_minor,
  paid_prev_6m_minor,
  CASE class_rank
    WHEN 1
    THEN 'pass'
    WHEN 2
    THEN 'special_mention'
    WHEN 3
    THEN 'substandard'
    WHEN 4
    THEN 'doubtful'
    WHEN 5
    THEN 'loss'
  END AS asset_class,
  CASE rule_no
    WHEN 1
    THEN 'cn_2023.pass'
    WHEN 2
    THEN 'cn_2023.written_off'
    WHEN 3
    THEN 'cn_2023.overdue.special_mention'
    WHEN 4
    THEN 'cn_2023.overdue.substandard'
    WHEN 5
    THEN 'cn_2023.overdue.doubtful'
    WHEN 6
    THEN 'cn_2023.overdue.loss'
    WHEN 7
    THEN 'cn_2023.misuse'
    WHEN 8
    THEN 'cn_2023.repaid_by_new_debt'
    WHEN 9
    THEN 'cn_2023.rating_cut'
    WHEN 10
    THEN 'cn_2023.impaired.substandard'
    WHEN 11
    THEN 'cn_2023.impaired.doubtful'
    WHEN 12
    THEN 'cn_2023.impaired.loss'
    WHEN 13
    THEN 'cn_2023.evades_debt'
    WHEN 14
    THEN 'cn_2023.bankruptcy'
    WHEN 15
    THEN 'cn_2023.liquidation'
    WHEN 16
    THEN 'cn_2023.restructured'
    WHEN 18
    THEN 'cn_2023.restructured.npl_before'
    WHEN 19
    THEN 'cn_2023.restructured.again'
    WHEN 20
    THEN 'cn_2023.restructured.default'
    WHEN 21
    THEN 'cn_2023.upgrade'
    WHEN 23
    THEN 'cn_2023.debtor.all_banks'
    WHEN 24
    THEN 'cn_2023.debtor.here'
    WHEN 25
    THEN 'cn_2023.debtor.npl'
    WHEN 27
    THEN 'ifrs9.stage_3.class'
    WHEN 28
    THEN 'ifrs9.stage_3.overdue'
    WHEN 29
    THEN 'ifrs9.stage_3.impaired'
    WHEN 30
    THEN 'ifrs9.stage_2.overdue'
    WHEN 31
    THEN 'ifrs9.stage_2.class'
    WHEN 32
    THEN 'ifrs9.stage_2.restructured'
    WHEN 33
    THEN 'ifrs9.stage_1'
    WHEN 39
    THEN 'cn_card_2011.pass'
    WHEN 40
    THEN 'cn_card_2011.written_off'
    WHEN 41
    THEN 'cn_card_2011.overdue.special_mention'
    WHEN 42
    THEN 'cn_card_2011.overdue.substandard'
    WHEN 43
    THEN 'cn_card_2011.overdue.doubtful'
    WHEN 44
    THEN 'cn_card_2011.overdue.loss'
  END AS class_rule,
  CAST(stage AS INT) AS stage,
  CASE stage_no
    WHEN 1
    THEN 'cn_2023.pass'
    WHEN 2
    THEN 'cn_2023.written_off'
    WHEN 3
    THEN 'cn_2023.overdue.special_mention'
    WHEN 4
    THEN 'cn_2023.overdue.substandard'
    WHEN 5
    THEN 'cn_2023.overdue.doubtful'
    WHEN 6
    THEN 'cn_2023.overdue.loss'
    WHEN 7
    THEN 'cn_2023.misuse'
    WHEN 8
    THEN 'cn_2023.repaid_by_new_debt'
    WHEN 9
    THEN 'cn_2023.rating_cut'
    WHEN 10
    THEN 'cn_2023.impaired.substandard'
    WHEN 11
    THEN 'cn_2023.impaired.doubtful'
    WHEN 12
    THEN 'cn_2023.impaired.loss'
    WHEN 13
    THEN 'cn_2023.evades_debt'
    WHEN 14
    THEN 'cn_2023.bankruptcy'
    WHEN 15
    THEN 'cn_2023.liquidation'
    WHEN 16
    THEN 'cn_2023.restructured'
    WHEN 18
    THEN 'cn_2023.restructured.npl_before'
    WHEN 19
    THEN 'cn_2023.restructured.again'
    WHEN 20
    THEN 'cn_2023.restructured.default'
    WHEN 21
    THEN 'cn_2023.upgrade'
    WHEN 23
    THEN 'cn_2023.debtor.all_banks'
    WHEN 24
    THEN 'cn_2023.debtor.here'
    WHEN 25
    THEN 'cn_2023.debtor.npl'
    WHEN 27
    THEN 'ifrs9.stage_3.class'
    WHEN 28
    THEN 'ifrs9.stage_3.overdue'
    WHEN 29
    THEN 'ifrs9.stage_3.impaired'
    WHEN 30
    THEN 'ifrs9.stage_2.overdue'
    WHEN 31
    THEN 'ifrs9.stage_2.class'
    WHEN 32
    THEN 'ifrs9.stage_2.restructured'
    WHEN 33
    THEN 'ifrs9.stage_1'
    WHEN 39
    THEN 'cn_card_2011.pass'
    WHEN 40
    THEN 'cn_card_2011.written_off'
    WHEN 41
    THEN 'cn_card_2011.overdue.special_mention'
    WHEN 42
    THEN 'cn_card_2011.overdue.substandard'
    WHEN 43
    THEN 'cn_card_2011.overdue.doubtful'
    WHEN 44
    THEN 'cn_card_2011.overdue.loss'
  END AS stage_rule,
  CAST(CASE
    WHEN n.off_books AND NOT n.stage IS NULL
    THEN 0
    WHEN n.exposure_minor < 7000000000
    THEN (
      n.exposure_minor * CASE n.stage
        WHEN 1
        THEN CASE
          WHEN n.months_to_maturity < 12
          THEN n.rate_month * CASE WHEN n.months_to_maturity < 1 THEN 1 ELSE n.months_to_maturity END
          ELSE n.rate_month * 12
        END
        WHEN 2
        THEN n.rate_life
        WHEN 3
        THEN n.rate_certain
      END + 600000000
    ) // 1200000000
    ELSE n.exposure_minor // 1200000000 * CASE n.stage
      WHEN 1
      THEN CASE
        WHEN n.months_to_maturity < 12
        THEN n.rate_month * CASE WHEN n.months_to_maturity < 1 THEN 1 ELSE n.months_to_maturity END
        ELSE n.rate_month * 12
      END
      WHEN 2
      THEN n.rate_life
      WHEN 3
      THEN n.rate_certain
    END + (
      n.exposure_minor % 1200000000 * CASE n.stage
        WHEN 1
        THEN CASE
          WHEN n.months_to_maturity < 12
          THEN n.rate_month * CASE WHEN n.months_to_maturity < 1 THEN 1 ELSE n.months_to_maturity END
          ELSE n.rate_month * 12
        END
        WHEN 2
        THEN n.rate_life
        WHEN 3
        THEN n.rate_certain
      END + 600000000
    ) // 1200000000
  END AS BIGINT) AS ecl_minor,
  CAST(CASE
    WHEN off_books
    THEN 0
    WHEN owed_minor < 900000000000000
    THEN (
      owed_minor * CASE class_rank
        WHEN 1
        THEN 100
        WHEN 2
        THEN 200
        WHEN 3
        THEN 2500
        WHEN 4
        THEN 5000
        WHEN 5
        THEN 10000
      END + 5000
    ) // 10000
    ELSE owed_minor // 10000 * CASE class_rank
      WHEN 1
      THEN 100
      WHEN 2
      THEN 200
      WHEN 3
      THEN 2500
      WHEN 4
      THEN 5000
      WHEN 5
      THEN 10000
    END + (
      owed_minor % 10000 * CASE class_rank
        WHEN 1
        THEN 100
        WHEN 2
        THEN 200
        WHEN 3
        THEN 2500
        WHEN 4
        THEN 5000
        WHEN 5
        THEN 10000
      END + 5000
    ) // 10000
  END AS BIGINT) AS provision_minor
FROM (
  SELECT
    *,
    CASE stage_no
      WHEN 27
      THEN 3
      WHEN 28
      THEN 3
      WHEN 29
      THEN 3
      WHEN 30
      THEN 2
      WHEN 31
      THEN 2
      WHEN 32
      THEN 2
      WHEN 33
      THEN 1
    END AS stage,
    CASE
      WHEN g.limit_minor > 0
      THEN g.owed_minor + (
        CASE
          WHEN g.utilisation_bp >= 10000
          THEN 0
          WHEN g.utilisation_bp IS NULL
          OR g.utilisation_bp <= 0
          OR g.owed_minor >= (
            g.limit_minor // 10000 * (
              g.utilisation_bp - 1
            ) + g.limit_minor % 10000 * (
              g.utilisation_bp - 1
            ) // 10000
          )
          THEN CASE WHEN g.limit_minor > g.owed_minor THEN g.limit_minor - g.owed_minor ELSE 0 END
          ELSE g.owed_minor // g.utilisation_bp * (
            10000 - g.utilisation_bp
          ) + g.owed_minor % g.utilisation_bp * (
            10000 - g.utilisation_bp
          ) // g.utilisation_bp
        END // 10000 * CASE g.product WHEN 'card' THEN 2000 WHEN 'revolving_line' THEN 1000 ELSE 0 END + (
          CASE
            WHEN g.utilisation_bp >= 10000
            THEN 0
            WHEN g.utilisation_bp IS NULL
            OR g.utilisation_bp <= 0
            OR g.owed_minor >= (
              g.limit_minor // 10000 * (
                g.utilisation_bp - 1
              ) + g.limit_minor % 10000 * (
                g.utilisation_bp - 1
              ) // 10000
            )
            THEN CASE WHEN g.limit_minor > g.owed_minor THEN g.limit_minor - g.owed_minor ELSE 0 END
            ELSE g.owed_minor // g.utilisation_bp * (
              10000 - g.utilisation_bp
            ) + g.owed_minor % g.utilisation_bp * (
              10000 - g.utilisation_bp
            ) // g.utilisation_bp
          END % 10000 * CASE g.product WHEN 'card' THEN 2000 WHEN 'revolving_line' THEN 1000 ELSE 0 END + 5000
        ) // 10000
      )
      ELSE g.owed_minor
    END AS exposure_minor
  FROM (
    SELECT
      *,
      CASE
        WHEN rule_no IS NULL
        THEN NULL
        WHEN class_rank >= 3
        THEN 27
        WHEN dpd > 90
        THEN 28
        WHEN NOT credit_impaired_on IS NULL
        THEN 29
        WHEN dpd > 30
        THEN 30
        WHEN class_rank >= 2
        THEN 31
        WHEN observed
        THEN 32
        WHEN TRUE
        THEN 33
      END AS stage_no
    FROM (
      SELECT
        *,
        CASE rule_no
          WHEN 1
          THEN 1
          WHEN 2
          THEN 5
          WHEN 3
          THEN 2
          WHEN 4
          THEN 3
          WHEN 5
          THEN 4
          WHEN 6
          THEN 5
          WHEN 7
          THEN 2
          WHEN 8
          THEN 2
          WHEN 9
          THEN 3
          WHEN 10
          THEN 3
          WHEN 11
          THEN 4
          WHEN 12
          THEN 5
          WHEN 13
          THEN 4
          WHEN 14
          THEN 3
          WHEN 15
          THEN 5
          WHEN 16
          THEN 2
          WHEN 18
          THEN 3
          WHEN 19
          THEN 3
          WHEN 20
          THEN 3
          WHEN 21
          THEN 3
          WHEN 23
          THEN 3
          WHEN 24
          THEN 3
          WHEN 25
          THEN 2
          WHEN 39
          THEN 1
          WHEN 40
          THEN 5
          WHEN 41
          THEN 2
          WHEN 42
          THEN 3
          WHEN 43
          THEN 4
          WHEN 44
          THEN 5
        END AS class_rank
      FROM (
        SELECT
          s.account_id,
          s.product,
          s.limit_minor,
          s.utilisation_bp,
          s.months_to_maturity,
          s.dpd,
          s.customer_id,
          s.currency,
          s.retail,
          s.customer_kind,
          s.opened_on,
          s.matures_on,
          s.written_off_on,
          s.line_id,
          s.guarantee_kind,
          s.amount_minor,
          s.rate_bp,
          s.declared_use,
          s.use_proof_on,
          s.balance_minor,
          s.overdue_minor,
          s.dpd_basis,
          s.bucket,
          s.status_24m,
          s.months_on_book,
          s.instalments_due,
          s.instalments_missed,
          s.next_due_on,
          s.last_paid_on,
          s.paid_as_agreed,
          s.first_due_unpaid_on,
          s.oldest_unpaid_on,
          s.oldest_unpaid_interest_on,
          s.late_times_6m,
          s.npl_last_on,
          s.current_since_on,
          s.periods_since_current,
          s.paid_3m_minor,
          s.paid_prev_6m_minor,
          NOT s.written_off_on IS NULL AS off_books,
          CASE
            WHEN s.product IN ('card')
            THEN CASE
              WHEN NOT s.written_off_on IS NULL
              THEN 2
              WHEN s.dpd > 360
              THEN 6
              WHEN e.credit_impaired_bp >= 9000
              THEN 12
              WHEN NOT e.liquidation_on IS NULL
              THEN 15
              WHEN NOT s.written_off_on IS NULL
              THEN 40
              WHEN s.dpd > 180
              THEN 44
              WHEN s.dpd > 270
              THEN 5
              WHEN e.credit_impaired_bp >= 5000
              THEN 11
              WHEN NOT e.evades_debt_on IS NULL
              THEN 13
              WHEN s.dpd >= 121
              THEN 43
              WHEN s.dpd > 90
              THEN 4
              WHEN NOT e.rating_cut_on IS NULL
              THEN 9
              WHEN NOT e.credit_impaired_on IS NULL
              THEN 10
              WHEN NOT e.bankruptcy_on IS NULL
              THEN 14
              WHEN e.npl_before
              THEN 18
              WHEN e.again
              THEN 19
              WHEN NOT e.restructured_on IS NULL AND (
                (
                  s.dpd > 7
                ) OR e.defaulted
              )
              THEN 20
              WHEN e.held OR d.npl_since <= e.free_on
              THEN 21
              WHEN s.retail = FALSE AND d.share_all_banks
              THEN 23
              WHEN s.retail = FALSE AND d.share_here
              THEN 24
              WHEN s.dpd >= 91
              THEN 42
              WHEN s.dpd > 7
              THEN 3
              WHEN NOT e.misuse_confirmed_on IS NULL
              THEN 7
              WHEN NOT e.refinanced_by_debt_on IS NULL
              THEN 8
              WHEN NOT e.restructured_on IS NULL
              THEN 16
              WHEN s.retail = FALSE AND d.npl_anywhere
              THEN 25
              WHEN s.dpd >= 1
              THEN 41
              WHEN NOT s.dpd IS NULL
              THEN 1
            END
            ELSE CASE
              WHEN NOT s.written_off_on IS NULL
              THEN 2
              WHEN s.dpd > 360
              THEN 6
              WHEN e.credit_impaired_bp >= 9000
              THEN 12
              WHEN NOT e.liquidation_on IS NULL
              THEN 15
              WHEN s.dpd > 270
              THEN 5
              WHEN e.credit_impaired_bp >= 5000
              THEN 11
              WHEN NOT e.evades_debt_on IS NULL
              THEN 13
              WHEN s.dpd > 90
              THEN 4
              WHEN NOT e.rating_cut_on IS NULL
              THEN 9
              WHEN NOT e.credit_impaired_on IS NULL
              THEN 10
              WHEN NOT e.bankruptcy_on IS NULL
              THEN 14
              WHEN e.npl_before
              THEN 18
              WHEN e.again
              THEN 19
              WHEN NOT e.restructured_on IS NULL AND (
                (
                  s.dpd > 7
                ) OR e.defaulted
              )
              THEN 20
              WHEN e.held OR d.npl_since <= e.free_on
              THEN 21
              WHEN s.retail = FALSE AND d.share_all_banks
              THEN 23
              WHEN s.retail = FALSE AND d.share_here
              THEN 24
              WHEN s.dpd > 7
              THEN 3
              WHEN NOT e.misuse_confirmed_on IS NULL
              THEN 7
              WHEN NOT e.refinanced_by_debt_on IS NULL
              THEN 8
              WHEN NOT e.restructured_on IS NULL
              THEN 16
              WHEN s.retail = FALSE AND d.npl_anywhere
              THEN 25
              WHEN NOT s.dpd IS NULL
              THEN 1
            END
          END AS rule_no,
          NOT e.restructured_on IS NULL AS observed,
          e.credit_impaired_on,
          CASE
            WHEN s.balance_minor > 0
            THEN s.balance_minor
            WHEN s.balance_minor <= 0
            THEN 0
          END AS owed_minor,
          k.rate_month,
          k.rate_life,
          k.rate_certain
        FROM account_state AS s
        LEFT JOIN class_note AS e
          ON s.account_id = e.account_id
        LEFT JOIN class_debtor AS d
          ON s.customer_id = d.customer_id
        LEFT JOIN loss_rate AS k
          ON s.product = k.product AND s.bucket = k.bucket AND 1000000 = k.band
      ) AS j
    ) AS c
  ) AS g
) AS n
