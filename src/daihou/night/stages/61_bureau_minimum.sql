-- Cards paid at minimum in the newest reports of the last two and three months that have any:
-- the fewest of them, unknown while there are fewer reports or one of them does not tell.
SELECT
  customer_id,
  CASE WHEN COUNT(CASE WHEN place <= 2 THEN cards_paid_minimum END) = 2
    THEN MIN(CASE WHEN place <= 2 THEN cards_paid_minimum END) END AS minimum_2m,
  CASE WHEN COUNT(cards_paid_minimum) = 3 THEN MIN(cards_paid_minimum) END AS minimum_3m
FROM (
  SELECT
    customer_id,
    cards_paid_minimum,
    ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY month_no DESC) AS place
  FROM (
    SELECT
      r.customer_id,
      r.cards_paid_minimum,
      YEAR(r.report_on) * 12 + MONTH(r.report_on) AS month_no,
      ROW_NUMBER() OVER (
        PARTITION BY r.customer_id, YEAR(r.report_on), MONTH(r.report_on)
        ORDER BY r.report_on DESC, r.received_on DESC, r.report_id DESC
      ) AS in_month
    FROM known_bureau_report AS r
    INNER JOIN bureau_latest AS l ON r.customer_id = l.customer_id AND l.reports > 1
  ) AS months
  WHERE in_month = 1
) AS placed
WHERE place <= 3
GROUP BY customer_id
