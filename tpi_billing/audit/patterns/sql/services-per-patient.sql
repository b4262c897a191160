-- id: services-per-patient
-- title: Services per patient
-- kind: measure
-- unit: services a patient
-- form: count
-- columns: practitioner, period, numerator, denominator
-- claims: practitioner, claim_id
-- looks for: more services for each patient than with the others: items that are added as a
--   habit, or series that never end.
-- why: with services per day it is the figure of a profile that shows padding, since it does not
--   grow with the number of patients.
-- source: Payment Schedule preamble C.10; MSP's practitioner profiles
WITH counted AS (
    SELECT f.practitioner, CASE WHEN p.by_month = 1 THEN f.month ELSE 'all' END AS period,
           f.patient, f.units
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day
), patients AS (
    SELECT practitioner, period, patient, SUM(units) AS services
    FROM counted GROUP BY practitioner, period, patient
)
SELECT practitioner, period, SUM(services) AS numerator, COUNT(*) AS denominator
FROM patients GROUP BY practitioner, period;

SELECT f.practitioner, f.claim_id
FROM claim_facts f CROSS JOIN parameters p
WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day;
