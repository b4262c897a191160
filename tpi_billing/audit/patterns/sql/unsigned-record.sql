-- id: unsigned-record
-- title: Claims without a signed record
-- kind: cases
-- detail: billed cents
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: claims of visits whose record is not said to be complete and signed.
-- why: a service without an adequate record is not a benefit, whatever was done.
-- source: Payment Schedule preamble C.10
SELECT f.practitioner, f.month, f.claim_id AS case_key, f.claim_id, f.amount_cents AS detail
FROM claim_facts f CROSS JOIN parameters p
WHERE f.live = 1 AND f.chart_signed = 0
  AND f.service_day BETWEEN p.first_day AND p.last_day;
