-- id: multiple-share
-- title: Multiple trigger points against single ones
-- kind: measure
-- unit: % of trigger point claims
-- form: percent
-- columns: practitioner, period, numerator, denominator
-- claims: practitioner, claim_id
-- looks for: the share of 01157 (multiple) among 01156 (single) and 01157.
-- why: 01157 pays a quarter more. Somebody who never bills a single one may bill by habit and not
--   by what was done.
-- source: Payment Schedule 2024-12-31 p.181
WITH counted AS (
    SELECT f.practitioner, CASE WHEN p.by_month = 1 THEN f.month ELSE 'all' END AS period,
           CASE WHEN f.fee_item = '01157' THEN 1 ELSE 0 END AS multiple
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.fee_item IN ('01156', '01157')
      AND f.service_day BETWEEN p.first_day AND p.last_day
)
SELECT practitioner, period, SUM(multiple) AS numerator, COUNT(*) AS denominator
FROM counted GROUP BY practitioner, period;

SELECT f.practitioner, f.claim_id
FROM claim_facts f CROSS JOIN parameters p
WHERE f.live = 1 AND f.fee_item = '01157'
  AND f.service_day BETWEEN p.first_day AND p.last_day;
