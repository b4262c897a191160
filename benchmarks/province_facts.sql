-- A made-up province as claim_facts: busy practitioners over 24 months, one in fifty with a kind of
-- misuse. Every choice is a slice of an MD5 of the seed and a number, so that the same seed gives
-- the same rows whatever the number of threads. It asks for the variables `seed`, `first` (day number
-- of the first day), `practitioner` (the first one's number), `practitioners` (how many), `base` (the
-- number before the first claim's) and `claims`, where it is cut off.
CREATE MACRO draw(kind, one, two) AS md5_number_lower(concat_ws(':', getvariable('seed'), kind, one, two));
CREATE MACRO slice(hash, place) AS ((hash >> (16 * place)) & 65535)::INTEGER;
CREATE MACRO happens(hash, place, percent) AS slice(hash, place) < percent * 655.36;
CREATE MACRO one_of(hash, place, many) AS slice(hash, place) % many;

CREATE TABLE practitioners AS
SELECT who, h, concat('Z', lpad(who::VARCHAR, 4, '0')) AS number,
       concat('T', lpad((who // 4)::VARCHAR, 4, '0')) AS centre,
       (90 + one_of(h, 0, 40)) * 24 AS patients,
       CASE WHEN who % 50 = 7 THEN (who // 50) % 11 ELSE -1 END AS misuse
FROM (SELECT who, draw('practitioner', who, 0) AS h
      FROM range(getvariable('practitioner'),
                 getvariable('practitioner') + getvariable('practitioners')) AS t(who));

CREATE TABLE habits AS
SELECT *, 72 + one_of(h, 1, 16) AS multiple,
       CASE misuse WHEN 0 THEN 35 ELSE 2 + one_of(h, 2, 5) END AS visits,
       CASE misuse WHEN 1 THEN 35 ELSE 2 + one_of(h, 2, 6) END AS blocks,
       CASE misuse WHEN 2 THEN 50 ELSE 1 + one_of(h, 2, 4) END AS early,
       CASE misuse WHEN 3 THEN 50 ELSE 5 END AS again,
       CASE misuse WHEN 3 THEN 90 ELSE 0 END AS consulted_again,
       CASE misuse WHEN 4 THEN 15 ELSE 0.5 END AS same_time,
       CASE misuse WHEN 5 THEN 5 ELSE 0.1 END AS twice,
       CASE misuse WHEN 6 THEN 8 ELSE 0.2 END AS unreferred,
       CASE misuse WHEN 7 THEN 20 ELSE one_of(h, 3, 3) END AS unsigned,
       CASE misuse WHEN 8 THEN 30 ELSE 0 END AS copied,
       CASE misuse WHEN 9 THEN 25 ELSE one_of(h, 3, 4) END AS changed,
       CASE misuse WHEN 10 THEN 40 ELSE 1 + one_of(h, 3, 6) END AS accidents
FROM practitioners;

CREATE TABLE patients AS
SELECT who, person, h, one_of(h, 0, 790) - 60 AS starts, 3 + one_of(h, 1, 4) AS series,
       CASE WHEN happens(h, 2, again) THEN 3 + one_of(h, 3, 4) ELSE 0 END AS more
FROM (
    SELECT who, again, person, draw('patient', who, person) AS h
    FROM habits CROSS JOIN LATERAL (SELECT unnest(range(patients)) AS person)
);

CREATE TABLE visits AS
SELECT v.*, s.number, s.centre, happens(v.h, 0, same_time) AS hurried,
       CASE WHEN happens(v.h, 1, multiple) THEN '01157' ELSE '01156' END AS points,
       happens(v.h, 2, twice) AS is_twice, happens(v.h, 3, blocks) AS is_block,
       nth = 0 AND starts >= 0 OR nth = series AND happens(i, 0, consulted_again) AS consulted,
       happens(i, 0, s.visits) AS is_visit, happens(i, 1, accidents)::INTEGER AS mva,
       1 - happens(i, 2, unreferred)::INTEGER AS referral_given,
       1 - happens(i, 3, unsigned)::INTEGER AS chart_signed,
       happens(j, 0, changed)::INTEGER AS changed, happens(j, 1, copied) AS is_copied,
       happens(j, 2, 30) AS is_noted
FROM (
    SELECT who, person, nth, series, starts, happens(k, 0, 5) AS odd,
           getvariable('first') + day + CASE (day + getvariable('first') + 3) % 7 WHEN 5 THEN 2 WHEN 6 THEN 1 ELSE 0 END AS day,
           draw('visit', concat(who, '.', person), nth) AS h,
           draw('record', concat(who, '.', person), nth) AS i,
           draw('note', concat(who, '.', person), nth) AS j
    FROM (
        SELECT who, person, nth, series, starts, k,
               starts + 15 * nth + one_of(k, 1, 3) + CASE WHEN nth >= series THEN 45 ELSE 0 END
               - CASE WHEN happens(k, 2, early) THEN 8 ELSE 0 END AS day
        FROM (
            SELECT p.*, s.early, nth, draw('day', concat(p.who, '.', person), nth) AS k
            FROM patients p JOIN habits s ON s.who = p.who
            CROSS JOIN LATERAL (SELECT unnest(range(series + more)) AS nth)
        )
    ) WHERE day BETWEEN 0 AND 727
) AS v JOIN habits s ON s.who = v.who;

CREATE TABLE timed AS
SELECT *, 480 + 10 * (row_number() OVER (PARTITION BY who, day ORDER BY person, nth) - 1)
          - CASE WHEN hurried THEN 10 ELSE 0 END AS start_minute,
       getvariable('base') + row_number() OVER (ORDER BY day, who, person, nth) AS session_key
FROM visits;

CREATE TABLE claims AS
SELECT *, getvariable('base') + row_number() OVER (ORDER BY session_key, place) AS claim_id
FROM (
    SELECT *, unnest(items) AS fee_item, generate_subscripts(items, 1) AS place
    FROM (
        SELECT *, list_filter([points, CASE WHEN is_twice THEN points END,
                               CASE WHEN is_block THEN '01125' END,
                               CASE WHEN consulted THEN '00110' WHEN is_visit THEN '00100' END],
                              lambda item: item IS NOT NULL) AS items
        FROM timed
    )
)
QUALIFY claim_id <= getvariable('base') + getvariable('claims');

CREATE VIEW made_facts AS
SELECT claim_id, centre AS data_centre, session_key,
       min(claim_id) OVER (PARTITION BY who, person) AS patient,
       number AS practitioner, 'A9999' AS payee, fee_item,
       CASE fee_item WHEN '01125' THEN 'block' WHEN '00100' THEN 'visit'
                     WHEN '00110' THEN 'consultation' ELSE 'trigger-point' END AS item_kind,
       (fee_item = '00100')::INTEGER AS counts_daily, 1 AS units, 100 AS percent,
       CASE fee_item WHEN '01156' THEN 6213 WHEN '01157' THEN 7792 WHEN '01125' THEN 9916
                     WHEN '00100' THEN 3861 ELSE 9595 END AS amount_cents,
       CASE fee_item WHEN '01156' THEN 6213 WHEN '01157' THEN 7792 WHEN '01125' THEN 9916
                     WHEN '00100' THEN 3861 ELSE 9595 END AS paid_cents,
       'paid' AS state, 1 AS live, '0' AS submission_code, day AS service_day,
       strftime(DATE '1970-01-01' + day::INTEGER, '%Y-%m') AS month,
       start_minute, start_minute + 10 AS end_minute, day + 20 AS sent_day,
       day + 34 AS answered_day, day // 30 AS batch_id, NULL::INTEGER AS predecessor,
       referral_given,
       CASE WHEN referral_given = 1 THEN lpad((abs(hash_of_person) % 4000)::VARCHAR, 5, '3')
            ELSE '00000' END AS referral_number,
       ['7291', '7291', '7291', '7242', '7231'][1 + person % 5] AS diagnosis,
       mva, '' AS visit, chart_signed, 4 AS sites, 0 AS block_given,
       CASE WHEN is_copied THEN min(claim_id) FILTER (is_copied) OVER (PARTITION BY who)
            WHEN is_noted THEN min(claim_id) OVER (PARTITION BY session_key) ELSE 0 END AS note_key,
       CASE WHEN is_copied OR is_noted THEN 60 ELSE 0 END AS note_length,
       changed AS changed_after_billing
FROM (SELECT *, (who * 7919 + person * 104729) AS hash_of_person FROM claims);
