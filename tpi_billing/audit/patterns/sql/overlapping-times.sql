-- id: overlapping-times
-- title: Overlapping or impossible times
-- kind: cases
-- detail: the visit's own minutes; 0 or less when it cannot be
-- parameters: overlap_minutes
-- columns: practitioner, month, case_key, claim_id, detail
-- looks for: visits of one practitioner that share more than `overlap_minutes` minutes with
--   another of the same day, and visits that end when they begin, or earlier. The claims of a
--   practitioner's day are one case.
-- why: nobody treats two patients at once. Times that cannot be true make the whole record
--   doubtful to an inspector.
-- source: Payment Schedule preamble C.10
WITH visits AS (
    SELECT f.practitioner, f.month, f.service_day, f.session_key,
           MIN(f.start_minute) AS began, MAX(f.end_minute) AS ended
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.start_minute IS NOT NULL AND f.end_minute IS NOT NULL
      AND f.service_day BETWEEN p.first_day AND p.last_day
    GROUP BY f.practitioner, f.month, f.service_day, f.session_key
), beside AS (
    SELECT v.practitioner, v.service_day, v.session_key, v.began, v.ended,
           MAX(v.ended) OVER (
               PARTITION BY v.practitioner, v.service_day ORDER BY v.began, v.session_key
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) AS ended_before,
           MIN(CASE WHEN v.ended - v.began > p.overlap_minutes THEN v.began END) OVER (
               PARTITION BY v.practitioner, v.service_day ORDER BY v.began, v.session_key
               ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
           ) AS began_after
    FROM visits v CROSS JOIN parameters p
), impossible AS (
    SELECT b.practitioner, b.service_day, b.session_key, b.ended - b.began AS minutes
    FROM beside b CROSS JOIN parameters p
    WHERE b.ended <= b.began
       OR (b.ended - b.began > p.overlap_minutes AND b.ended_before - b.began > p.overlap_minutes)
       OR b.ended - b.began_after > p.overlap_minutes
)
SELECT f.practitioner, f.month, f.service_day AS case_key, f.claim_id, i.minutes AS detail
FROM impossible i
JOIN claim_facts f ON f.session_key = i.session_key AND f.practitioner = i.practitioner
    AND f.service_day = i.service_day
WHERE f.live = 1;
