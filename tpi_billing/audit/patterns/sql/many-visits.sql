-- id: many-visits
-- title: More than 50 visits a day
-- kind: cases
-- detail: visits of that day
-- parameters: visits_a_day
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: days on which one practitioner billed more than `visits_a_day` visits, examinations
--   and counselling that count to the daily volume. Accidents do not count. The claims of such a
--   day are one case.
-- why: MSP pays the 51st visit half and the 66th not at all, and asks how so many were given.
-- source: Payment Schedule 2024-12-31 p.109 (ii)
WITH visits AS (
    SELECT f.claim_id, f.practitioner, f.month, f.service_day,
           SUM(f.units) OVER (PARTITION BY f.practitioner, f.service_day) AS many
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.counts_daily = 1 AND f.mva = 0
      AND f.service_day BETWEEN p.first_day AND p.last_day
)
SELECT v.practitioner, v.month, v.service_day AS case_key, v.claim_id, v.many AS detail
FROM visits v CROSS JOIN parameters p
WHERE v.many > p.visits_a_day;
