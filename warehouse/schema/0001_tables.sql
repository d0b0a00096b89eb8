-- Vocabularies and sources: filled from the project's files before every load.

CREATE TABLE sources (
    source_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    issuer VARCHAR NOT NULL,
    country VARCHAR,
    language VARCHAR,
    timezone VARCHAR,
    url VARCHAR,
    licence VARCHAR,
    enabled BOOLEAN NOT NULL,
    verified DATE
);
COMMENT ON TABLE sources IS 'One row a source: whose releases are read, in which language and zone.';
COMMENT ON COLUMN sources.source_id IS 'Name of the file that describes the source.';
COMMENT ON COLUMN sources.name IS 'Name of the source as people know it.';
COMMENT ON COLUMN sources.issuer IS 'The office that publishes the releases.';
COMMENT ON COLUMN sources.country IS 'ISO 3166-1 alpha-2 code of the state whose issuer it is; null for bodies of many states.';
COMMENT ON COLUMN sources.language IS 'BCP 47 code of the language its releases are written in.';
COMMENT ON COLUMN sources.timezone IS 'IANA zone in which the issuer writes dates and times.';
COMMENT ON COLUMN sources.url IS 'Where a person finds the releases.';
COMMENT ON COLUMN sources.licence IS 'Under which terms the releases may be used, as far as known.';
COMMENT ON COLUMN sources.enabled IS 'Whether scheduled runs read the source.';
COMMENT ON COLUMN sources.verified IS 'Day on which somebody last tried the source live; null for never.';

CREATE TABLE event_types (
    event_type VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    definition VARCHAR NOT NULL,
    plover_code VARCHAR,
    plover_mode VARCHAR,
    planned_plover_code VARCHAR,
    cameo_code VARCHAR,
    planned_cameo_code VARCHAR,
    ocd_classification VARCHAR,
    ocd_status MAP(VARCHAR, VARCHAR)
);
COMMENT ON TABLE event_types IS 'The closed list of event types, with the codes of two event ontologies and Open Civic Data.';
COMMENT ON COLUMN event_types.event_type IS 'Id of the type, as events.event_type has it.';
COMMENT ON COLUMN event_types.label IS 'Name of the type for people.';
COMMENT ON COLUMN event_types.definition IS 'What counts as an event of the type.';
COMMENT ON COLUMN event_types.plover_code IS 'PLOVER code of an event that was held; null where PLOVER has none.';
COMMENT ON COLUMN event_types.plover_mode IS 'PLOVER mode where the text shows no other.';
COMMENT ON COLUMN event_types.planned_plover_code IS 'PLOVER code of an event still to come.';
COMMENT ON COLUMN event_types.cameo_code IS 'CAMEO code of an event that was held; null where CAMEO has none.';
COMMENT ON COLUMN event_types.planned_cameo_code IS 'CAMEO code of an event still to come.';
COMMENT ON COLUMN event_types.ocd_classification IS 'Classification of such an event in Open Civic Data.';
COMMENT ON COLUMN event_types.ocd_status IS 'Open Civic Data word for each of our statuses: ocd_status[''held''].';

CREATE TABLE topic_vocabulary (
    topic_id VARCHAR NOT NULL,
    label VARCHAR NOT NULL,
    definition VARCHAR NOT NULL,
    iptc_code VARCHAR,
    iptc_label VARCHAR
);
COMMENT ON TABLE topic_vocabulary IS 'The closed list of subjects that an event can deal with.';
COMMENT ON COLUMN topic_vocabulary.topic_id IS 'Slug of the topic, as topics.topic_id has it.';
COMMENT ON COLUMN topic_vocabulary.label IS 'Name of the topic for people.';
COMMENT ON COLUMN topic_vocabulary.definition IS 'What the topic covers.';
COMMENT ON COLUMN topic_vocabulary.iptc_code IS 'Code of the IPTC Media Topic that comes closest.';
COMMENT ON COLUMN topic_vocabulary.iptc_label IS 'Name of that IPTC Media Topic.';

CREATE TABLE countries (
    country VARCHAR NOT NULL,
    alpha3 VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    capital VARCHAR,
    invented BOOLEAN NOT NULL
);
COMMENT ON TABLE countries IS 'Countries and territories of ISO 3166-1, and the invented states of the example.';
COMMENT ON COLUMN countries.country IS 'ISO 3166-1 alpha-2 code, as every column named country has it.';
COMMENT ON COLUMN countries.alpha3 IS 'ISO 3166-1 alpha-3 code.';
COMMENT ON COLUMN countries.name IS 'Short English name.';
COMMENT ON COLUMN countries.capital IS 'Capital; null where there is none.';
COMMENT ON COLUMN countries.invented IS 'Whether it is a state of the example, with a code that ISO leaves to users.';

-- Releases and what was read from them. No primary keys: they make loading 5 to 30 times slower; uniqueness is a test.

CREATE TABLE readings (
    release_id VARCHAR NOT NULL,
    version_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    issuer_id VARCHAR,
    title VARCHAR NOT NULL,
    published_at TIMESTAMP,
    published_date DATE,
    date_basis VARCHAR NOT NULL,
    language VARCHAR,
    country VARCHAR,
    byline VARCHAR[],
    mentioned VARCHAR[],
    text VARCHAR NOT NULL,
    first_seen TIMESTAMP NOT NULL,
    last_seen TIMESTAMP NOT NULL,
    release_first_seen TIMESTAMP NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    page_sha256 VARCHAR,
    archive_ref VARCHAR,
    rules_version VARCHAR NOT NULL,
    reading_id VARCHAR NOT NULL,
    is_current BOOLEAN NOT NULL,
    attending VARCHAR[],
    previous_version_id VARCHAR,
    what_changed VARCHAR,
    text_added VARCHAR[],
    text_removed VARCHAR[],
    people_added VARCHAR[],
    people_removed VARCHAR[]
);
COMMENT ON TABLE readings IS 'What was read from every version of every release that was ever fetched; release_versions and releases are views of it.';
COMMENT ON COLUMN readings.release_id IS 'Made from source and address (or the issuer''s own id).';
COMMENT ON COLUMN readings.version_id IS 'Made from release_id and the normalised text.';
COMMENT ON COLUMN readings.source_id IS 'The source that listed it.';
COMMENT ON COLUMN readings.url IS 'Canonical address.';
COMMENT ON COLUMN readings.issuer_id IS 'The issuer''s own id where the source declares it stable.';
COMMENT ON COLUMN readings.title IS 'Title, in plain text.';
COMMENT ON COLUMN readings.published_at IS 'Publication time in UTC; null if the release has none.';
COMMENT ON COLUMN readings.published_date IS 'The issuer''s local date of publication: what ''today'' in the text means.';
COMMENT ON COLUMN readings.date_basis IS 'Signal that gave the publication time: json-ld, meta, time, text, listing, url, head or none.';
COMMENT ON COLUMN readings.language IS 'BCP 47 code of the text''s language.';
COMMENT ON COLUMN readings.country IS 'ISO code of the issuer''s state; null for bodies of many states or unknown.';
COMMENT ON COLUMN readings.byline IS 'Writers and translators named as such; they attend nothing.';
COMMENT ON COLUMN readings.mentioned IS 'People named in the text who took part in none of its events.';
COMMENT ON COLUMN readings.text IS 'Title, blank line, body: the text that every character range refers to.';
COMMENT ON COLUMN readings.first_seen IS 'When this version was first fetched, UTC.';
COMMENT ON COLUMN readings.last_seen IS 'When this version was last fetched, UTC.';
COMMENT ON COLUMN readings.release_first_seen IS 'When any version of the release was first fetched, UTC.';
COMMENT ON COLUMN readings.fetched_at IS 'When the page that this row was read from was fetched, UTC.';
COMMENT ON COLUMN readings.page_sha256 IS 'SHA-256 of that page''s bytes.';
COMMENT ON COLUMN readings.archive_ref IS 'Where the archive keeps those bytes.';
COMMENT ON COLUMN readings.rules_version IS 'Version of the rules that read it.';
COMMENT ON COLUMN readings.reading_id IS 'Made from everything that was read from this version: equal ids, equal rows.';
COMMENT ON COLUMN readings.is_current IS 'Whether this is the version fetched last, the one that releases and events show.';
COMMENT ON COLUMN readings.attending IS 'Names of the people seated in its events, sorted.';
COMMENT ON COLUMN readings.previous_version_id IS 'The version first seen before this one; null for the first.';
COMMENT ON COLUMN readings.what_changed IS 'One line on what differs from the previous version; null for the first.';
COMMENT ON COLUMN readings.text_added IS 'Paragraphs that the previous version did not have.';
COMMENT ON COLUMN readings.text_removed IS 'Paragraphs of the previous version that are gone.';
COMMENT ON COLUMN readings.people_added IS 'People seated now and not in the previous version.';
COMMENT ON COLUMN readings.people_removed IS 'People seated in the previous version and not now.';

CREATE TABLE withdrawals (
    release_id VARCHAR NOT NULL,
    withdrawn_at TIMESTAMP NOT NULL,
    detail VARCHAR
);
COMMENT ON TABLE withdrawals IS 'Releases whose issuer took the page away; one row a release, of the last time that was seen.';
COMMENT ON COLUMN withdrawals.release_id IS 'The release.';
COMMENT ON COLUMN withdrawals.withdrawn_at IS 'When the page was last found gone, UTC; the release counts as withdrawn if it was not fetched since.';
COMMENT ON COLUMN withdrawals.detail IS 'How the issuer said so, such as the HTTP status.';

-- The body is cut in the view: DuckDB 1.5 cannot replay, after a kill, a change to a table with a generated column.

CREATE VIEW release_versions AS
SELECT
    release_id,
    version_id,
    source_id,
    url,
    issuer_id,
    title,
    published_at,
    published_date,
    date_basis,
    language,
    country,
    byline,
    mentioned,
    text,
    substr(text, length(title) + 3) AS body,
    first_seen,
    last_seen,
    release_first_seen,
    fetched_at,
    page_sha256,
    archive_ref,
    rules_version,
    reading_id,
    is_current,
    attending,
    previous_version_id,
    what_changed,
    text_added,
    text_removed,
    people_added,
    people_removed
FROM main.readings;
COMMENT ON VIEW release_versions IS 'Every version of every release that was ever fetched, with what changed from the one before.';
COMMENT ON COLUMN release_versions.release_id IS 'Made from source and address (or the issuer''s own id).';
COMMENT ON COLUMN release_versions.version_id IS 'Made from release_id and the normalised text.';
COMMENT ON COLUMN release_versions.source_id IS 'The source that listed it.';
COMMENT ON COLUMN release_versions.url IS 'Canonical address.';
COMMENT ON COLUMN release_versions.issuer_id IS 'The issuer''s own id where the source declares it stable.';
COMMENT ON COLUMN release_versions.title IS 'Title, in plain text.';
COMMENT ON COLUMN release_versions.published_at IS 'Publication time in UTC; null if the release has none.';
COMMENT ON COLUMN release_versions.published_date IS 'The issuer''s local date of publication: what ''today'' in the text means.';
COMMENT ON COLUMN release_versions.date_basis IS 'Signal that gave the publication time: json-ld, meta, time, text, listing, url, head or none.';
COMMENT ON COLUMN release_versions.language IS 'BCP 47 code of the text''s language.';
COMMENT ON COLUMN release_versions.country IS 'ISO code of the issuer''s state; null for bodies of many states or unknown.';
COMMENT ON COLUMN release_versions.byline IS 'Writers and translators named as such; they attend nothing.';
COMMENT ON COLUMN release_versions.mentioned IS 'People named in the text who took part in none of its events.';
COMMENT ON COLUMN release_versions.text IS 'Title, blank line, body: the text that every character range refers to.';
COMMENT ON COLUMN release_versions.body IS 'The text after the title; paragraphs are separated by blank lines.';
COMMENT ON COLUMN release_versions.first_seen IS 'When this version was first fetched, UTC.';
COMMENT ON COLUMN release_versions.last_seen IS 'When this version was last fetched, UTC.';
COMMENT ON COLUMN release_versions.release_first_seen IS 'When any version of the release was first fetched, UTC.';
COMMENT ON COLUMN release_versions.fetched_at IS 'When the page that this row was read from was fetched, UTC.';
COMMENT ON COLUMN release_versions.page_sha256 IS 'SHA-256 of that page''s bytes.';
COMMENT ON COLUMN release_versions.archive_ref IS 'Where the archive keeps those bytes.';
COMMENT ON COLUMN release_versions.rules_version IS 'Version of the rules that read it.';
COMMENT ON COLUMN release_versions.reading_id IS 'Made from everything that was read from this version: equal ids, equal rows.';
COMMENT ON COLUMN release_versions.is_current IS 'Whether this is the version fetched last, the one that releases and events show.';
COMMENT ON COLUMN release_versions.attending IS 'Names of the people seated in its events, sorted.';
COMMENT ON COLUMN release_versions.previous_version_id IS 'The version first seen before this one; null for the first.';
COMMENT ON COLUMN release_versions.what_changed IS 'One line on what differs from the previous version; null for the first.';
COMMENT ON COLUMN release_versions.text_added IS 'Paragraphs that the previous version did not have.';
COMMENT ON COLUMN release_versions.text_removed IS 'Paragraphs of the previous version that are gone.';
COMMENT ON COLUMN release_versions.people_added IS 'People seated now and not in the previous version.';
COMMENT ON COLUMN release_versions.people_removed IS 'People seated in the previous version and not now.';

CREATE VIEW releases AS
SELECT
    v.release_id,
    v.version_id,
    v.source_id,
    v.url,
    v.issuer_id,
    v.title,
    v.published_at,
    v.published_date,
    v.date_basis,
    v.language,
    v.country,
    v.byline,
    v.mentioned,
    v.text,
    v.body,
    v.release_first_seen AS first_seen,
    v.last_seen,
    CASE WHEN w.withdrawn_at > v.last_seen THEN 'withdrawn' ELSE 'current' END AS status,
    v.fetched_at,
    v.page_sha256,
    v.archive_ref,
    v.rules_version,
    v.previous_version_id,
    v.what_changed
FROM main.release_versions AS v
LEFT JOIN main.withdrawals AS w ON w.release_id = v.release_id
WHERE v.is_current;
COMMENT ON VIEW releases IS 'The current version of every release, one row a release: the version that was fetched last.';
COMMENT ON COLUMN releases.release_id IS 'Made from source and address (or the issuer''s own id).';
COMMENT ON COLUMN releases.version_id IS 'Made from release_id and the normalised text.';
COMMENT ON COLUMN releases.source_id IS 'The source that listed it.';
COMMENT ON COLUMN releases.url IS 'Canonical address.';
COMMENT ON COLUMN releases.issuer_id IS 'The issuer''s own id where the source declares it stable.';
COMMENT ON COLUMN releases.title IS 'Title, in plain text.';
COMMENT ON COLUMN releases.published_at IS 'Publication time in UTC; null if the release has none.';
COMMENT ON COLUMN releases.published_date IS 'The issuer''s local date of publication: what ''today'' in the text means.';
COMMENT ON COLUMN releases.date_basis IS 'Signal that gave the publication time: json-ld, meta, time, text, listing, url, head or none.';
COMMENT ON COLUMN releases.language IS 'BCP 47 code of the text''s language.';
COMMENT ON COLUMN releases.country IS 'ISO code of the issuer''s state; null for bodies of many states or unknown.';
COMMENT ON COLUMN releases.byline IS 'Writers and translators named as such; they attend nothing.';
COMMENT ON COLUMN releases.mentioned IS 'People named in the text who took part in none of its events.';
COMMENT ON COLUMN releases.text IS 'Title, blank line, body: the text that every character range refers to.';
COMMENT ON COLUMN releases.body IS 'The text after the title; paragraphs are separated by blank lines.';
COMMENT ON COLUMN releases.first_seen IS 'When the release was first fetched, in whatever version, UTC.';
COMMENT ON COLUMN releases.last_seen IS 'When it was last fetched, UTC.';
COMMENT ON COLUMN releases.status IS 'current, or withdrawn: the page was found gone after it was last fetched.';
COMMENT ON COLUMN releases.fetched_at IS 'When the page that this row was read from was fetched, UTC.';
COMMENT ON COLUMN releases.page_sha256 IS 'SHA-256 of that page''s bytes.';
COMMENT ON COLUMN releases.archive_ref IS 'Where the archive keeps those bytes.';
COMMENT ON COLUMN releases.rules_version IS 'Version of the rules that read it.';
COMMENT ON COLUMN releases.previous_version_id IS 'The version first seen before this one; null for a release that never changed.';
COMMENT ON COLUMN releases.what_changed IS 'One line on what differs from the previous version; null for a release that never changed.';

CREATE TABLE events (
    event_id VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL,
    version_id VARCHAR NOT NULL,
    engagement_id VARCHAR NOT NULL,
    part_of_event_id VARCHAR,
    event_type VARCHAR NOT NULL,
    mention VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    start_date DATE,
    end_date DATE,
    date_precision VARCHAR NOT NULL,
    date_basis VARCHAR NOT NULL,
    place VARCHAR,
    country VARCHAR,
    name VARCHAR NOT NULL,
    plover_code VARCHAR,
    plover_mode VARCHAR,
    confidence DOUBLE NOT NULL,
    anchor_begin_at INTEGER NOT NULL,
    anchor_end_at INTEGER NOT NULL,
    evidence STRUCT(field VARCHAR, begin_at INTEGER, end_at INTEGER, rule VARCHAR)[] NOT NULL
);
COMMENT ON TABLE events IS 'What the current releases tell: meetings, calls, visits and the rest, one row an event a release tells.';
COMMENT ON COLUMN events.event_id IS 'Made from release_id, the text of the sentence that tells the event, and which one of that sentence it is.';
COMMENT ON COLUMN events.release_id IS 'The release that tells it.';
COMMENT ON COLUMN events.version_id IS 'The version of that release.';
COMMENT ON COLUMN events.engagement_id IS 'One id for all events that tell one real-world engagement: the first of their event ids.';
COMMENT ON COLUMN events.part_of_event_id IS 'The event of the same release that this one is part of, such as the visit a meeting belongs to.';
COMMENT ON COLUMN events.event_type IS 'What kind of event: see event_types.';
COMMENT ON COLUMN events.mention IS 'primary: the release reports it as its news; referenced: it is background.';
COMMENT ON COLUMN events.status IS 'planned, held, cancelled, postponed or unknown, as the release tells it.';
COMMENT ON COLUMN events.start_date IS 'First day, in local time of the place; null if the text gives none.';
COMMENT ON COLUMN events.end_date IS 'Last day where the text gives a span.';
COMMENT ON COLUMN events.date_precision IS 'How exact start_date is: day, month, year or none.';
COMMENT ON COLUMN events.date_basis IS 'Where the date comes from: today, yesterday, weekday, explicit, dateline, published or none.';
COMMENT ON COLUMN events.place IS 'City, else venue; null when only a country is named.';
COMMENT ON COLUMN events.country IS 'ISO code of the country it took place in.';
COMMENT ON COLUMN events.name IS 'One line that names the event for a person.';
COMMENT ON COLUMN events.plover_code IS 'PLOVER event code; null where PLOVER has none.';
COMMENT ON COLUMN events.plover_mode IS 'PLOVER mode: visit, third-party, multilateral, phone and the like.';
COMMENT ON COLUMN events.confidence IS 'How sure the rules are of this row, from 0 to 1.';
COMMENT ON COLUMN events.anchor_begin_at IS 'Where in the release''s text the sentence that tells the event begins.';
COMMENT ON COLUMN events.anchor_end_at IS 'Where that sentence ends; the range is half-open.';
COMMENT ON COLUMN events.evidence IS 'For each cell read from the text: its half-open character range there, and the rule that read it.';

CREATE TABLE attendees (
    mention_id VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL,
    version_id VARCHAR NOT NULL,
    person_id VARCHAR,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    written_as VARCHAR[] NOT NULL,
    position VARCHAR,
    organization VARCHAR,
    country VARCHAR,
    side VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    seen_on DATE,
    nth INTEGER NOT NULL,
    name_key VARCHAR,
    profile_id BIGINT,
    evidence STRUCT(field VARCHAR, begin_at INTEGER, end_at INTEGER, rule VARCHAR)[] NOT NULL
);
COMMENT ON TABLE attendees IS 'Who took part in each event: people, groups and states, one row an attendee.';
COMMENT ON COLUMN attendees.mention_id IS 'Made from event_id, the name as written and which one of that name it is.';
COMMENT ON COLUMN attendees.event_id IS 'The event attended.';
COMMENT ON COLUMN attendees.release_id IS 'The release that tells the event.';
COMMENT ON COLUMN attendees.version_id IS 'The version of that release.';
COMMENT ON COLUMN attendees.person_id IS 'The person, over all releases: see people. Null for groups and states.';
COMMENT ON COLUMN attendees.kind IS 'person, group or state.';
COMMENT ON COLUMN attendees.name IS 'Fullest form of the name in the release, without titles.';
COMMENT ON COLUMN attendees.written_as IS 'Each distinct form in the release, in order of appearance.';
COMMENT ON COLUMN attendees.position IS 'Office as written, the fullest wording.';
COMMENT ON COLUMN attendees.organization IS 'Body that the office belongs to, as written.';
COMMENT ON COLUMN attendees.country IS 'ISO code of the state they act for, where the text says or plainly implies it.';
COMMENT ON COLUMN attendees.side IS 'host or guest where one receives the other, else other.';
COMMENT ON COLUMN attendees.confidence IS 'How sure the rules are of this row, from 0 to 1.';
COMMENT ON COLUMN attendees.seen_on IS 'The event''s first day, else the release''s date of publication.';
COMMENT ON COLUMN attendees.nth IS 'Place of the attendee among all of the release, from 0, in order of appearance.';
COMMENT ON COLUMN attendees.name_key IS 'Names that can belong to one person share this key; null for groups and states.';
COMMENT ON COLUMN attendees.profile_id IS 'The way in which the release presents this person: see profiles. Null for groups and states.';
COMMENT ON COLUMN attendees.evidence IS 'For each cell read from the text: its half-open character range there, and the rule that read it.';

CREATE TABLE topics (
    event_id VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL,
    version_id VARCHAR NOT NULL,
    topic_id VARCHAR,
    label VARCHAR NOT NULL,
    iptc_code VARCHAR,
    kind VARCHAR NOT NULL,
    confidence DOUBLE NOT NULL,
    evidence STRUCT(field VARCHAR, begin_at INTEGER, end_at INTEGER, rule VARCHAR)[] NOT NULL
);
COMMENT ON TABLE topics IS 'What each event dealt with, one row a topic.';
COMMENT ON COLUMN topics.event_id IS 'The event.';
COMMENT ON COLUMN topics.release_id IS 'The release that tells the event.';
COMMENT ON COLUMN topics.version_id IS 'The version of that release.';
COMMENT ON COLUMN topics.topic_id IS 'Slug of a subject: see topic_vocabulary. Null for named topics.';
COMMENT ON COLUMN topics.label IS 'Name of the subject, or the words of the text for a named topic.';
COMMENT ON COLUMN topics.iptc_code IS 'IPTC Media Topic code of the subject.';
COMMENT ON COLUMN topics.kind IS 'subject: from the vocabulary; named: a committee, a battle, an agreement in the text''s own words.';
COMMENT ON COLUMN topics.confidence IS 'How sure the rules are of this row, from 0 to 1.';
COMMENT ON COLUMN topics.evidence IS 'The half-open character ranges it was read from, and the rule that read it.';

-- People. A profile is one way in which releases present somebody; all that is known of people follows from profiles.

CREATE TABLE profiles (
    profile_id BIGINT NOT NULL,
    name_key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    written_as VARCHAR[] NOT NULL,
    position VARCHAR,
    organization VARCHAR,
    country VARCHAR,
    mentions BIGINT NOT NULL,
    first_seen DATE,
    last_seen DATE,
    first_mention STRUCT(told_on DATE, release_id VARCHAR, nth INTEGER, mention_id VARCHAR, event_id VARCHAR, seen_on DATE) NOT NULL,
    late_mention STRUCT(told_on DATE, release_id VARCHAR, nth INTEGER, mention_id VARCHAR, event_id VARCHAR, seen_on DATE) NOT NULL,
    person_id VARCHAR NOT NULL,
    person_name VARCHAR NOT NULL
);
COMMENT ON TABLE profiles IS 'The ways in which releases present people: mentions alike in name, spellings, office and country, beside the same namesakes, share one. People are told apart by profile, so that the number of profiles and not that of mentions counts.';
COMMENT ON COLUMN profiles.profile_id IS 'Made from all that a release says of its people of one name_key, and which of them this is; of the release, too, if those are bare names.';
COMMENT ON COLUMN profiles.name_key IS 'Names that can belong to one person share this key.';
COMMENT ON COLUMN profiles.name IS 'Fullest form of the name, without titles.';
COMMENT ON COLUMN profiles.written_as IS 'Each distinct form.';
COMMENT ON COLUMN profiles.position IS 'Office as written.';
COMMENT ON COLUMN profiles.organization IS 'Body that the office belongs to.';
COMMENT ON COLUMN profiles.country IS 'ISO code of the state they act for.';
COMMENT ON COLUMN profiles.mentions IS 'How many rows of attendees have this profile.';
COMMENT ON COLUMN profiles.first_seen IS 'Earliest seen_on of those rows.';
COMMENT ON COLUMN profiles.last_seen IS 'Latest seen_on of those rows.';
COMMENT ON COLUMN profiles.first_mention IS 'The earliest of those rows, by its release''s date (9999-12-31: undated), release_id and place there.';
COMMENT ON COLUMN profiles.late_mention IS 'The earliest, in the same order, of those of the latest year.';
COMMENT ON COLUMN profiles.person_id IS 'The person that the profile belongs to.';
COMMENT ON COLUMN profiles.person_name IS 'That person''s name.';

CREATE TABLE person_redirects (
    former_id VARCHAR NOT NULL,
    person_id VARCHAR NOT NULL
);
COMMENT ON TABLE person_redirects IS 'Person ids of former days, whose person has another id now; a merge or an earlier sighting changed it.';
COMMENT ON COLUMN person_redirects.former_id IS 'An id that people once had.';
COMMENT ON COLUMN person_redirects.person_id IS 'The id that the person has now.';

CREATE VIEW people AS
SELECT
    person_id,
    any_value(person_name) AS name,
    arg_max(country, (seen, country)) FILTER (WHERE country IS NOT NULL) AS country,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen,
    sum(seen)::BIGINT AS mentions
FROM (
    SELECT
        person_id,
        country,
        any_value(person_name) AS person_name,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen,
        sum(mentions) AS seen
    FROM main.profiles
    GROUP BY person_id, country
)
GROUP BY person_id;
COMMENT ON VIEW people IS 'People who attended something, one row a person, over all releases.';
COMMENT ON COLUMN people.person_id IS 'The mention_id first chosen for the person; former ids are in person_redirects.';
COMMENT ON COLUMN people.name IS 'Fullest name.';
COMMENT ON COLUMN people.country IS 'ISO code of the state they were most often seen to act for.';
COMMENT ON COLUMN people.first_seen IS 'First day on which they were seen.';
COMMENT ON COLUMN people.last_seen IS 'Last day on which they were seen.';
COMMENT ON COLUMN people.mentions IS 'How many rows of attendees are theirs.';

CREATE VIEW person_names AS
SELECT
    person_id,
    spelling AS name,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM (
    SELECT person_id, first_seen, last_seen, unnest(list_distinct(list_append(written_as, name))) AS spelling
    FROM main.profiles
)
GROUP BY person_id, spelling;
COMMENT ON VIEW person_names IS 'Every spelling of every person''s name.';
COMMENT ON COLUMN person_names.person_id IS 'The person.';
COMMENT ON COLUMN person_names.name IS 'The name as releases write it, without titles.';
COMMENT ON COLUMN person_names.first_seen IS 'First day on which it was seen.';
COMMENT ON COLUMN person_names.last_seen IS 'Last day on which it was seen.';

CREATE VIEW positions AS
SELECT
    person_id,
    position,
    organization,
    country,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM main.profiles
WHERE position IS NOT NULL OR organization IS NOT NULL
GROUP BY person_id, position, organization, country;
COMMENT ON VIEW positions IS 'Every office in which a person was seen.';
COMMENT ON COLUMN positions.person_id IS 'The person.';
COMMENT ON COLUMN positions.position IS 'The office as releases write it.';
COMMENT ON COLUMN positions.organization IS 'Body that the office belongs to.';
COMMENT ON COLUMN positions.country IS 'ISO code of the state they acted for.';
COMMENT ON COLUMN positions.first_seen IS 'First day on which they were seen in it.';
COMMENT ON COLUMN positions.last_seen IS 'Last day on which they were seen in it.';

-- History: what runs did, what went wrong, what changed. Not rebuilt from the archive.

CREATE TABLE problems (
    problem_id VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    source_id VARCHAR,
    address VARCHAR,
    release_id VARCHAR,
    reason VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    first_seen TIMESTAMP NOT NULL,
    last_seen TIMESTAMP NOT NULL,
    tries INTEGER NOT NULL,
    resolved_at TIMESTAMP
);
COMMENT ON TABLE problems IS 'What could not be done, why, and whether it was done since.';
COMMENT ON COLUMN problems.problem_id IS 'Made from stage, source, thing and reason: the same trouble is one row, however often it is met.';
COMMENT ON COLUMN problems.stage IS 'The step that failed: discover, fetch, parse, extract, load ...';
COMMENT ON COLUMN problems.source_id IS 'The source concerned.';
COMMENT ON COLUMN problems.address IS 'The address concerned.';
COMMENT ON COLUMN problems.release_id IS 'The release concerned, where there is one.';
COMMENT ON COLUMN problems.reason IS 'Short slug that can be counted.';
COMMENT ON COLUMN problems.detail IS 'One line for a person, of the last time.';
COMMENT ON COLUMN problems.first_seen IS 'When it was first met, UTC.';
COMMENT ON COLUMN problems.last_seen IS 'When it was last met, UTC.';
COMMENT ON COLUMN problems.tries IS 'In how many loads it was met.';
COMMENT ON COLUMN problems.resolved_at IS 'When the same thing succeeded, UTC; null while it is open.';

CREATE TABLE runs (
    run_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    interval_start TIMESTAMP,
    interval_end TIMESTAMP,
    "trigger" VARCHAR NOT NULL,
    found INTEGER NOT NULL,
    fetched INTEGER NOT NULL,
    loaded INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    coverage VARCHAR NOT NULL,
    coverage_reason VARCHAR NOT NULL,
    rules_version VARCHAR NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
COMMENT ON TABLE runs IS 'One row a run of one source over one interval.';
COMMENT ON COLUMN runs.run_id IS 'The run''s name.';
COMMENT ON COLUMN runs.source_id IS 'The source that was read.';
COMMENT ON COLUMN runs.interval_start IS 'Start of the interval asked for, UTC, included; null for open.';
COMMENT ON COLUMN runs.interval_end IS 'End of the interval asked for, UTC, not included; null for open.';
COMMENT ON COLUMN runs."trigger" IS 'schedule, backfill, manual or cli.';
COMMENT ON COLUMN runs.found IS 'Addresses that the source listed for the interval.';
COMMENT ON COLUMN runs.fetched IS 'Pages that came over the network.';
COMMENT ON COLUMN runs.loaded IS 'Releases that were new or had changed.';
COMMENT ON COLUMN runs.unchanged IS 'Releases that were known as they are.';
COMMENT ON COLUMN runs.failed IS 'Addresses that became a problem.';
COMMENT ON COLUMN runs.coverage IS 'How much of the interval the source could be asked for: complete, partial or unknown.';
COMMENT ON COLUMN runs.coverage_reason IS 'Why it is not complete.';
COMMENT ON COLUMN runs.rules_version IS 'Version of the rules that read the releases.';
COMMENT ON COLUMN runs.started_at IS 'When the run began, UTC.';
COMMENT ON COLUMN runs.ended_at IS 'When the run ended, UTC.';

CREATE TABLE changes (
    seq BIGINT NOT NULL,
    run_id VARCHAR,
    changed_at TIMESTAMP NOT NULL,
    kind VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    release_id VARCHAR NOT NULL
);
COMMENT ON TABLE changes IS 'What came, went or changed, in order; rows are only ever added. Follow it with WHERE seq > the last one read.';
COMMENT ON COLUMN changes.seq IS 'Place in the stream, from 1, without gaps.';
COMMENT ON COLUMN changes.run_id IS 'The run that brought it; null for a load outside any run.';
COMMENT ON COLUMN changes.changed_at IS 'When it was loaded, UTC.';
COMMENT ON COLUMN changes.kind IS 'release, event, attendee or topic.';
COMMENT ON COLUMN changes.id IS 'release_id, event_id or mention_id; for a topic its event_id, a slash, and its topic_id or label.';
COMMENT ON COLUMN changes.what IS 'added, changed or removed. When a release was last seen is no change.';
COMMENT ON COLUMN changes.release_id IS 'The release concerned.';

CREATE TABLE loads (
    batch_id VARCHAR NOT NULL,
    run_id VARCHAR,
    loaded_at TIMESTAMP NOT NULL,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL
);
COMMENT ON TABLE loads IS 'The ledger: one row a batch that was loaded, written in the batch''s own transaction.';
COMMENT ON COLUMN loads.batch_id IS 'Made from the run and everything in the batch: a batch loaded again is known by it.';
COMMENT ON COLUMN loads.run_id IS 'The run that the batch belongs to.';
COMMENT ON COLUMN loads.loaded_at IS 'When it was committed, UTC.';
COMMENT ON COLUMN loads.added IS 'Releases that were new.';
COMMENT ON COLUMN loads.changed IS 'Releases that were known and came out otherwise.';
COMMENT ON COLUMN loads.unchanged IS 'Releases that were known as they are.';

CREATE TABLE builds (
    built_at TIMESTAMP NOT NULL,
    seq BIGINT NOT NULL,
    models INTEGER NOT NULL,
    tests INTEGER NOT NULL,
    failures VARCHAR[] NOT NULL
);
COMMENT ON TABLE builds IS 'One row a build of the summary models; only what passed its last build is published.';
COMMENT ON COLUMN builds.built_at IS 'When the build ended, UTC.';
COMMENT ON COLUMN builds.seq IS 'The last row of changes that the models saw; 0 for none.';
COMMENT ON COLUMN builds.models IS 'Models built.';
COMMENT ON COLUMN builds.tests IS 'Tests that ran.';
COMMENT ON COLUMN builds.failures IS 'One line for each model or test that failed; empty when all passed.';

CREATE MACRO cut_text(release_text, begin_at, end_at) AS substring(release_text, begin_at + 1, end_at - begin_at);
COMMENT ON MACRO cut_text IS 'The words at a character range of evidence: cut_text(releases.text, begin_at, end_at).';
