-- id: same-day-duplicates
-- title: The same item twice on one day
-- kind: cases
-- detail: claims for the item on that day
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: claims for the same patient, day and fee item, whoever did it, also where somebody
--   decided that the second was a service of its own (submission code D). They are one case.
-- why: MSP pays one of them. A second one that a code lets through has to be in the record as a
--   second service.
-- source: Payment Schedule preamble C.10; Teleplan C02 P34
WITH repeated AS (
    SELECT f.patient, f.service_day, f.fee_item,
           MIN(f.claim_id) AS first_claim, COUNT(*) AS many
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day
    GROUP BY f.patient, f.service_day, f.fee_item HAVING COUNT(*) > 1
)
SELECT f.practitioner, f.month, r.first_claim AS case_key, f.claim_id, r.many AS detail
FROM repeated r
JOIN claim_facts f ON f.patient = r.patient AND f.service_day = r.service_day
    AND f.fee_item = r.fee_item
WHERE f.live = 1;
