-- id: short-intervals
-- title: Short intervals between treatments
-- kind: measure
-- unit: % of trigger point sessions
-- form: percent
-- parameters: short_interval_days
-- columns: practitioner, period, numerator, denominator
-- claims: practitioner, claim_id
-- looks for: trigger point sessions fewer than `short_interval_days` days after the day on which
--   the same patient was treated last, whoever did it.
-- why: sessions are given about two weeks apart, because the muscle needs the time. Closer ones as
--   a habit follow the calendar of the office and not the patient.
-- source: the clinic's series: sessions about two weeks apart
WITH treated AS (
    SELECT f.patient, f.practitioner, f.month, f.service_day
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.item_kind = 'trigger-point'
      AND f.service_day BETWEEN p.first_day - p.short_interval_days AND p.last_day
    GROUP BY f.patient, f.practitioner, f.month, f.service_day
), spaced AS (
    SELECT practitioner, month, service_day,
           service_day - MAX(service_day) OVER (
               PARTITION BY patient ORDER BY service_day
               RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) AS days_since
    FROM treated
), counted AS (
    SELECT s.practitioner, CASE WHEN p.by_month = 1 THEN s.month ELSE 'all' END AS period,
           CASE WHEN s.days_since < p.short_interval_days THEN 1 ELSE 0 END AS early
    FROM spaced s CROSS JOIN parameters p
    WHERE s.service_day >= p.first_day
)
SELECT practitioner, period, SUM(early) AS numerator, COUNT(*) AS denominator
FROM counted GROUP BY practitioner, period;

WITH spaced AS (
    SELECT f.practitioner, f.claim_id, f.service_day,
           f.service_day - MAX(f.service_day) OVER (
               PARTITION BY f.patient ORDER BY f.service_day
               RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) AS days_since
    FROM claim_facts f CROSS JOIN parameters p
    WHERE f.live = 1 AND f.item_kind = 'trigger-point'
      AND f.service_day BETWEEN p.first_day - p.short_interval_days AND p.last_day
)
SELECT s.practitioner, s.claim_id
FROM spaced s CROSS JOIN parameters p
WHERE s.days_since < p.short_interval_days AND s.service_day >= p.first_day;
