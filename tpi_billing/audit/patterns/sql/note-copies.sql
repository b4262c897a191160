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
    SELECT f.practitioner, f.note_key, f.session_key
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.note_key > 0 AND f.note_length >= p.note_length
      AND f.service_day BETWEEN p.first_day AND p.last_day
    GROUP BY f.practitioner, f.note_key, f.session_key
), counted AS (
    SELECT practitioner, note_key, COUNT(*) AS visits
    FROM noted GROUP BY practitioner, note_key
), copied AS (
    SELECT c.practitioner, c.note_key, c.visits
    FROM counted c CROSS JOIN parameters p
    WHERE c.visits >= p.note_copies
)
SELECT f.practitioner, f.month, f.note_key AS case_key, f.claim_id, c.visits AS detail
FROM claim_facts f CROSS JOIN parameters p
JOIN copied c ON c.practitioner = f.practitioner AND c.note_key = f.note_key
WHERE f.live = 1 AND f.note_length >= p.note_length
  AND f.service_day BETWEEN p.first_day AND p.last_day;
