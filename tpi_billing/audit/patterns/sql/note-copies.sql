-- id: note-copies
-- title: Copies of one note
-- kind: cases
-- detail: visits with that note
-- parameters: note_copies, note_length
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: one note, word for word, at `note_copies` or more visits of a practitioner. Notes
--   shorter than `note_length` characters are too common to mean anything. The claims with one
--   note are one case.
-- why: a record that is copied says nothing of this patient on this day, and an inspector takes it
--   for none.
-- source: Payment Schedule preamble C.10
WITH noted AS (
    SELECT f.practitioner, f.month, f.note_key, f.claim_id,
           CASE WHEN ROW_NUMBER() OVER (
               PARTITION BY f.practitioner, f.note_key, f.session_key ORDER BY f.claim_id
           ) = 1 THEN 1 ELSE 0 END AS first_of_visit
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.note_key > 0 AND f.note_length >= p.note_length
      AND f.service_day BETWEEN p.first_day AND p.last_day
), copied AS (
    SELECT practitioner, month, note_key, claim_id,
           SUM(first_of_visit) OVER (PARTITION BY practitioner, note_key) AS visits
    FROM noted
)
SELECT c.practitioner, c.month, c.note_key AS case_key, c.claim_id, c.visits AS detail
FROM copied c CROSS JOIN parameters p
WHERE c.visits >= p.note_copies;
