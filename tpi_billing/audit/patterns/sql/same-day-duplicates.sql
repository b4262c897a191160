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
WITH counted AS (
    SELECT f.practitioner, f.month, f.claim_id,
           MIN(f.claim_id) OVER (
               PARTITION BY f.patient, f.service_day, f.fee_item
           ) AS first_claim,
           COUNT(*) OVER (PARTITION BY f.patient, f.service_day, f.fee_item) AS many
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.service_day BETWEEN p.first_day AND p.last_day
)
SELECT practitioner, month, first_claim AS case_key, claim_id, many AS detail
FROM counted WHERE many > 1;
