-- id: mva-use
-- title: Motor vehicle accidents
-- kind: measure
-- unit: % of claims
-- form: percent
-- columns: practitioner, period, numerator, denominator
-- claims: practitioner, claim_id
-- looks for: the share of claims that are billed as the consequence of a motor vehicle accident.
-- why: they do not count to the daily volume and are paid by another insurer, so that some would
--   gain by calling a visit one. Each needs an accident in the record.
-- source: Payment Schedule 2024-12-31 p.109 (ii)
WITH counted AS (
    SELECT f.practitioner, CASE WHEN p.by_month = 1 THEN f.month ELSE 'all' END AS period, f.mva
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day
)
SELECT practitioner, period, SUM(mva) AS numerator, COUNT(*) AS denominator
FROM counted GROUP BY practitioner, period;

SELECT f.practitioner, f.claim_id
FROM claim_facts f CROSS JOIN parameters p
WHERE f.live = 1 AND f.mva = 1 AND f.service_day BETWEEN p.first_day AND p.last_day;
