-- id: changed-after-billing
-- title: Changes after billing
-- kind: cases
-- detail: billed cents
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: claims whose visit the record system tells otherwise since it was billed, and claims
--   that were corrected.
-- why: a record that changes after the bill is the first thing an inspector asks about: the claim
--   may be right, but somebody has to be able to say why it changed.
-- source: Payment Schedule preamble C.10
SELECT f.practitioner, f.month, f.claim_id AS case_key, f.claim_id, f.amount_cents AS detail
FROM claim_facts f CROSS JOIN parameters p
WHERE f.changed_after_billing = 1
  AND f.service_day BETWEEN p.first_day AND p.last_day;
