-- id: services-per-day
-- title: Services per day
-- kind: measure
-- unit: services a day
-- form: count
-- columns: practitioner, period, numerator, denominator
-- claims: practitioner, claim_id
-- looks for: days on which far more is billed than on the days of the others. Every service
--   counts, a second unit as a second service, over the days with at least one.
-- why: MSP profiles services per day first of all. A day beyond what a day can hold means that
--   something was billed that was not done, or done by somebody else.
-- source: Payment Schedule preamble C.10; MSP's practitioner profiles
WITH counted AS (
    SELECT f.practitioner, CASE WHEN p.by_month = 1 THEN f.month ELSE 'all' END AS period,
           f.service_day, f.units
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day
), worked_days AS (
    SELECT practitioner, period, service_day, SUM(units) AS services
    FROM counted GROUP BY practitioner, period, service_day
)
SELECT practitioner, period, SUM(services) AS numerator, COUNT(*) AS denominator
FROM worked_days GROUP BY practitioner, period;

SELECT f.practitioner, f.claim_id
FROM claim_facts f CROSS JOIN parameters p
WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day;
