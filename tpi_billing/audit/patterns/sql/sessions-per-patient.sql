-- id: sessions-per-patient
-- title: Treatment sessions per patient and year
-- kind: measure
-- unit: sessions a patient and calendar year
-- form: count
-- columns: practitioner, period, numerator, denominator
-- claims: practitioner, claim_id
-- looks for: patients who are treated again and again. A session is a visit with a trigger point,
--   block or other anaesthetic item; one patient in two calendar years counts as two.
-- why: a series is about five sessions two weeks apart, and then the patient is assessed again.
--   Endless series are what an inspector asks the record about.
-- source: Payment Schedule preamble C.10; the clinic's series of five
WITH counted AS (
    SELECT f.practitioner, CASE WHEN p.by_month = 1 THEN f.month ELSE 'all' END AS period,
           f.patient, SUBSTR(f.month, 1, 4) AS calendar_year, f.session_key
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.item_kind IN ('trigger-point', 'block', 'dtaf')
      AND f.service_day BETWEEN p.first_day AND p.last_day
), sessions_of_patients AS (
    SELECT practitioner, period, patient, calendar_year, session_key
    FROM counted GROUP BY practitioner, period, patient, calendar_year, session_key
), patient_years AS (
    SELECT practitioner, period, patient, calendar_year, COUNT(*) AS many
    FROM sessions_of_patients GROUP BY practitioner, period, patient, calendar_year
)
SELECT practitioner, period, SUM(many) AS numerator, COUNT(*) AS denominator
FROM patient_years GROUP BY practitioner, period;

SELECT f.practitioner, f.claim_id
FROM claim_facts f CROSS JOIN parameters p
WHERE f.live = 1 AND f.item_kind IN ('trigger-point', 'block', 'dtaf')
  AND f.service_day BETWEEN p.first_day AND p.last_day;
