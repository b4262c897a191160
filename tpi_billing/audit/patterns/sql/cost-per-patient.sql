-- id: cost-per-patient
-- title: Cost per patient
-- kind: measure
-- unit: dollars a patient
-- form: dollars
-- columns: practitioner, period, numerator, denominator
-- claims: practitioner, claim_id
-- looks for: more money billed for each patient than with the others, at the prices billed.
-- why: it is what a practitioner costs the plan, and it joins dear items, many items and many
--   sessions into one figure.
-- source: Payment Schedule preamble C.10; MSP's practitioner profiles
WITH counted AS (
    SELECT f.practitioner, CASE WHEN p.by_month = 1 THEN f.month ELSE 'all' END AS period,
           f.patient, f.amount_cents
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day
), patients AS (
    SELECT practitioner, period, patient, SUM(amount_cents) AS cents
    FROM counted GROUP BY practitioner, period, patient
)
SELECT practitioner, period, SUM(cents) AS numerator, COUNT(*) AS denominator
FROM patients GROUP BY practitioner, period;

SELECT f.practitioner, f.claim_id
FROM claim_facts f CROSS JOIN parameters p
WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day;
