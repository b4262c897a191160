-- id: blocks-with-trigger-points
-- title: Nerve blocks billed with trigger points
-- kind: measure
-- unit: % of days with trigger points
-- form: percent
-- columns: practitioner, period, numerator, denominator
-- claims: practitioner, claim_id
-- looks for: a patient's days on which both trigger points and a peripheral nerve block were
--   billed, among all that have trigger points.
-- why: within 60 cm of a block the trigger points are in the block's fee. Both together are
--   rare in honest work, and the distance is what an inspector looks for in the record.
-- source: Payment Schedule 2024-12-31 p.173 6(g)
WITH counted AS (
    SELECT f.practitioner, CASE WHEN p.by_month = 1 THEN f.month ELSE 'all' END AS period,
           f.patient, f.service_day, f.item_kind
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.item_kind IN ('trigger-point', 'block')
      AND f.service_day BETWEEN p.first_day AND p.last_day
), patient_days AS (
    SELECT practitioner, period, patient, service_day,
           MAX(CASE WHEN item_kind = 'trigger-point' THEN 1 ELSE 0 END) AS points,
           MAX(CASE WHEN item_kind = 'block' THEN 1 ELSE 0 END) AS blocks
    FROM counted GROUP BY practitioner, period, patient, service_day
)
SELECT practitioner, period, SUM(blocks) AS numerator, COUNT(*) AS denominator
FROM patient_days WHERE points = 1 GROUP BY practitioner, period;

WITH beside AS (
    SELECT f.practitioner, f.claim_id,
           MAX(CASE WHEN f.item_kind = 'trigger-point' THEN 1 ELSE 0 END) OVER (
               PARTITION BY f.practitioner, f.patient, f.service_day
           ) AS points,
           MAX(CASE WHEN f.item_kind = 'block' THEN 1 ELSE 0 END) OVER (
               PARTITION BY f.practitioner, f.patient, f.service_day
           ) AS blocks
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.item_kind IN ('trigger-point', 'block')
      AND f.service_day BETWEEN p.first_day AND p.last_day
)
SELECT practitioner, claim_id FROM beside WHERE points = 1 AND blocks = 1;
