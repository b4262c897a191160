-- id: no-referral
-- title: Claims without a referral
-- kind: cases
-- detail: billed cents
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: consultations, trigger points, blocks and other anaesthetic items that name nobody
--   who referred the patient.
-- why: a consultation without a referral is not a benefit, and treatment follows the referral by
--   the clinic's own policy.
-- source: Payment Schedule 2024-12-31 p.33-35 D.2; the clinic's policy
SELECT f.practitioner, f.month, f.claim_id AS case_key, f.claim_id, f.amount_cents AS detail
FROM claim_facts f CROSS JOIN parameters p
WHERE f.live = 1 AND f.referral_given = 0
  AND f.item_kind IN ('consultation', 'limited-consultation', 'trigger-point', 'block', 'dtaf')
  AND f.service_day BETWEEN p.first_day AND p.last_day;
