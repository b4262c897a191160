-- id: visits-with-procedures
-- title: Visits billed with procedures
-- kind: measure
-- unit: % of days with a procedure
-- form: percent
-- columns: practitioner, period, numerator, denominator
-- claims: practitioner, claim_id
-- looks for: a patient's days with a visit, examination or counselling beside an injection or
--   block of the same practitioner, among all days with one. Consultations do not count.
-- why: in a planned series the treatment is the whole claim. A visit added to it as a habit is
--   either included already, or for a problem that the record has to show.
-- source: Payment Schedule 2024-12-31 p.43 D.8, p.181
WITH counted AS (
    SELECT f.practitioner, CASE WHEN p.by_month = 1 THEN f.month ELSE 'all' END AS period,
           f.patient, f.service_day,
           CASE WHEN f.item_kind IN ('visit', 'exam', 'counselling') THEN 1 ELSE 0 END AS seen
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day
      AND f.item_kind IN ('visit', 'exam', 'counselling',
                          'trigger-point', 'block', 'dtaf', 'joint', 'injection')
), patient_days AS (
    SELECT practitioner, period, patient, service_day,
           MAX(seen) AS seen, MAX(1 - seen) AS treated
    FROM counted GROUP BY practitioner, period, patient, service_day
)
SELECT practitioner, period, SUM(seen) AS numerator, COUNT(*) AS denominator
FROM patient_days WHERE treated = 1 GROUP BY practitioner, period;

WITH beside AS (
    SELECT f.practitioner, f.claim_id,
           CASE WHEN f.item_kind IN ('visit', 'exam', 'counselling') THEN 1 ELSE 0 END AS seen,
           MAX(CASE WHEN f.item_kind IN ('visit', 'exam', 'counselling') THEN 0 ELSE 1 END) OVER (
               PARTITION BY f.practitioner, f.patient, f.service_day
           ) AS treated
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day
      AND f.item_kind IN ('visit', 'exam', 'counselling',
                          'trigger-point', 'block', 'dtaf', 'joint', 'injection')
)
SELECT practitioner, claim_id FROM beside WHERE seen = 1 AND treated = 1;
