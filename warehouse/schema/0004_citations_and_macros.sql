-- Citing: every cell that was read, with its words and where they are kept.

CREATE VIEW citations AS
SELECT
    c.id,
    c.kind,
    c.cited.field AS field,
    c.value,
    substring(r.text, c.cited.begin_at + 1, c.cited.end_at - c.cited.begin_at) AS words,
    c.cited.begin_at AS begin_at,
    c.cited.end_at AS end_at,
    c.cited.rule AS rule,
    c.event_id,
    c.release_id,
    c.version_id,
    r.title,
    r.url,
    r.published_at,
    r.source_id,
    r.archive_ref,
    r.page_sha256,
    r.fetched_at
FROM (
    SELECT
        event_id AS id, 'event' AS kind, event_id, release_id, version_id, cited,
        CASE cited.field
            WHEN 'event' THEN name WHEN 'event_type' THEN event_type WHEN 'status' THEN status WHEN 'mention' THEN mention
            WHEN 'start_date' THEN start_date::VARCHAR WHEN 'end_date' THEN end_date::VARCHAR
            WHEN 'place' THEN place WHEN 'country' THEN country WHEN 'name' THEN name
        END AS value
    FROM (
        SELECT *, unnest(list_prepend(
            {'field': 'event', 'begin_at': anchor_begin_at, 'end_at': anchor_end_at, 'rule': NULL::VARCHAR}, evidence
        )) AS cited
        FROM main.events
    )
    UNION ALL
    SELECT
        mention_id, 'attendee', event_id, release_id, version_id, cited,
        CASE cited.field
            WHEN 'name' THEN name WHEN 'position' THEN position WHEN 'organization' THEN organization
            WHEN 'country' THEN country WHEN 'side' THEN side WHEN 'attendance' THEN name
        END
    FROM (SELECT *, unnest(evidence) AS cited FROM main.attendees)
    UNION ALL
    SELECT
        concat(event_id, '/', coalesce(topic_id, label)), 'topic', event_id, release_id, version_id, cited,
        CASE cited.field WHEN 'topic_id' THEN topic_id WHEN 'label' THEN label END
    FROM (SELECT *, unnest(evidence) AS cited FROM main.topics)
) AS c
JOIN main.releases AS r ON r.release_id = c.release_id;
COMMENT ON VIEW citations IS 'For each cell that was read from a text: the words, where they stand, and where the page is kept. A cell without words of its own rests on those of its event (field event): the sentence that tells it.';
COMMENT ON COLUMN citations.id IS 'event_id or mention_id; for a topic its event_id, a slash, and its topic_id or label.';
COMMENT ON COLUMN citations.kind IS 'event, attendee or topic.';
COMMENT ON COLUMN citations.field IS 'The column that was read; attendance: that the person took part; event: that it is told at all.';
COMMENT ON COLUMN citations.value IS 'What the cell holds.';
COMMENT ON COLUMN citations.words IS 'The words of the release that it was read from.';
COMMENT ON COLUMN citations.begin_at IS 'Where in releases.text they begin.';
COMMENT ON COLUMN citations.end_at IS 'Where they end; the range is half-open.';
COMMENT ON COLUMN citations.rule IS 'The rule that read them; correction where a person corrected the cell.';
COMMENT ON COLUMN citations.event_id IS 'The event that the row belongs to.';
COMMENT ON COLUMN citations.release_id IS 'The release.';
COMMENT ON COLUMN citations.version_id IS 'The version of it.';
COMMENT ON COLUMN citations.title IS 'Title of the release.';
COMMENT ON COLUMN citations.url IS 'Its address.';
COMMENT ON COLUMN citations.published_at IS 'When it was published, UTC.';
COMMENT ON COLUMN citations.source_id IS 'The source that listed it.';
COMMENT ON COLUMN citations.archive_ref IS 'The archive''s record of the page: name of the WARC file, a colon, offset.';
COMMENT ON COLUMN citations.page_sha256 IS 'SHA-256 of the page''s bytes.';
COMMENT ON COLUMN citations.fetched_at IS 'When the page was fetched, UTC.';

-- Questions in words. A macro of an attached file looks for tables in the database in use, so each takes the name under which
-- the file is attached: FROM r.person('Hakimov', file := 'r'). Names match whole words, whatever their case and accents.

CREATE MACRO person(who, file := NULL) AS TABLE
SELECT
    p.name AS person, e.start_date, e.event_type, s.side, e.name AS engagement, e.place, e.country, w.met, e.engagement_id
FROM query_table(concat_ws('.', file, 'summary', 'engagement_people')) AS s
JOIN query_table(concat_ws('.', file, 'main', 'people')) AS p ON p.person_id = s.person_id
JOIN query_table(concat_ws('.', file, 'summary', 'engagements')) AS e ON e.engagement_id = s.engagement_id
LEFT JOIN (
    SELECT o.engagement_id, o.person_id AS not_me, list(q.name ORDER BY q.name) AS met
    FROM (
        SELECT me.engagement_id, me.person_id, other.person_id AS other_id
        FROM query_table(concat_ws('.', file, 'summary', 'engagement_people')) AS me
        JOIN query_table(concat_ws('.', file, 'summary', 'engagement_people')) AS other
            ON other.engagement_id = me.engagement_id AND other.person_id <> me.person_id
        WHERE me.person_id IN (
            SELECT person_id FROM query_table(concat_ws('.', file, 'main', 'person_names'))
            WHERE contains(
                concat(' ', regexp_replace(strip_accents(lower(name)), '[-\s.,''’]+', ' ', 'g'), ' '),
                concat(' ', regexp_replace(strip_accents(lower(who)), '[-\s.,''’]+', ' ', 'g'), ' ')
            )
        )
    ) AS o
    JOIN query_table(concat_ws('.', file, 'main', 'people')) AS q ON q.person_id = o.other_id
    GROUP BY o.engagement_id, o.person_id
) AS w ON w.engagement_id = s.engagement_id AND w.not_me = s.person_id
WHERE s.person_id IN (
    SELECT person_id FROM query_table(concat_ws('.', file, 'main', 'person_names'))
    WHERE contains(
        concat(' ', regexp_replace(strip_accents(lower(name)), '[-\s.,''’]+', ' ', 'g'), ' '),
        concat(' ', regexp_replace(strip_accents(lower(who)), '[-\s.,''’]+', ' ', 'g'), ' ')
    )
)
ORDER BY e.start_date, e.engagement_id, p.name;
COMMENT ON MACRO TABLE person IS 'person(''Hakimov''): the engagements that people of that name, in any spelling, took part in, by day, with whom they met.';

CREATE MACRO meetings_between(one, other, file := NULL) AS TABLE
WITH seats AS (
    SELECT s.engagement_id, s.person_id, s.country, c.name AS country_name, n.name
    FROM query_table(concat_ws('.', file, 'summary', 'engagement_people')) AS s
    JOIN query_table(concat_ws('.', file, 'main', 'person_names')) AS n ON n.person_id = s.person_id
    LEFT JOIN query_table(concat_ws('.', file, 'main', 'countries')) AS c ON c.country = s.country
),

present AS (
    SELECT DISTINCT engagement_id, person_id, asked
    FROM seats, (SELECT unnest([one, other]) AS asked)
    WHERE country = asked OR lower(country_name) = lower(asked) OR contains(
        concat(' ', regexp_replace(strip_accents(lower(name)), '[-\s.,''’]+', ' ', 'g'), ' '),
        concat(' ', regexp_replace(strip_accents(lower(asked)), '[-\s.,''’]+', ' ', 'g'), ' ')
    )
)

SELECT
    e.start_date, e.event_type, e.name AS engagement, e.place, e.country,
    list(DISTINCT p.name ORDER BY p.name) FILTER (WHERE a.asked = one) AS of_one,
    list(DISTINCT p.name ORDER BY p.name) FILTER (WHERE a.asked = other) AS of_other,
    e.releases, e.engagement_id
FROM present AS a
JOIN query_table(concat_ws('.', file, 'main', 'people')) AS p ON p.person_id = a.person_id
JOIN query_table(concat_ws('.', file, 'summary', 'engagements')) AS e ON e.engagement_id = a.engagement_id
GROUP BY e.start_date, e.event_type, e.name, e.place, e.country, e.releases, e.engagement_id
HAVING count(DISTINCT a.asked) = 2 AND count(DISTINCT a.person_id) > 1
ORDER BY e.start_date, e.engagement_id;
COMMENT ON MACRO TABLE meetings_between IS 'meetings_between(''Hakimov'', ''XB''): engagements held that two people, two states, or one of each took part in; states by ISO code or name.';

CREATE MACRO between_dates(first_day, day_after, file := NULL) AS TABLE
SELECT start_date, event_type, status, name AS engagement, place, country, releases, engagement_id
FROM query_table(concat_ws('.', file, 'summary', 'engagements'))
WHERE start_date >= first_day::DATE AND start_date < day_after::DATE
ORDER BY start_date, engagement_id;
COMMENT ON MACRO TABLE between_dates IS 'between_dates(''2026-03-01'', ''2026-04-01''): engagements of the days from the first up to and without the second, whatever became of them.';
