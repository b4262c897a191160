-- id: repeat-consultations
-- title: Repeat consultations under six months
-- kind: cases
-- detail: days since the consultation before
-- parameters: consultation_gap_days
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: a full consultation fewer than `consultation_gap_days` days after another
--   consultation, full or limited, of the same patient with the same practitioner for the same
--   first diagnosis.
-- why: a full consultation for the same diagnosis again needs six months. Within them it is
--   refused (GC), or paid by mistake and taken back.
-- source: Payment Schedule 2024-12-31 p.33-35 D.2
WITH consulted AS (
    SELECT f.claim_id, f.practitioner, f.month, f.service_day, f.item_kind,
           f.service_day - LAG(f.service_day) OVER (
               PARTITION BY f.patient, f.practitioner, f.diagnosis
               ORDER BY f.service_day, f.claim_id
           ) AS days_since
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.item_kind IN ('consultation', 'limited-consultation')
      AND f.service_day BETWEEN p.first_day - p.consultation_gap_days AND p.last_day
)
SELECT c.practitioner, c.month, c.claim_id AS case_key, c.claim_id, c.days_since AS detail
FROM consulted c CROSS JOIN parameters p
WHERE c.item_kind = 'consultation' AND c.days_since < p.consultation_gap_days
  AND c.service_day >= p.first_day;
