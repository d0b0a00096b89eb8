-- Engagements that several events tell. What is kept here lets a join look at what changed since the last one alone.

CREATE TABLE joined_events (
    event_id VARCHAR NOT NULL,
    engagement_id VARCHAR NOT NULL
);
COMMENT ON TABLE joined_events IS 'Events that share their engagement with others; every other event is an engagement of its own.';
COMMENT ON COLUMN joined_events.event_id IS 'The event.';
COMMENT ON COLUMN joined_events.engagement_id IS 'Their engagement: the first told of their event ids.';

CREATE TABLE joins (
    joined_at TIMESTAMP NOT NULL,
    seq BIGINT NOT NULL,
    rules VARCHAR NOT NULL,
    looked_at BIGINT NOT NULL,
    moved BIGINT NOT NULL
);
COMMENT ON TABLE joins IS 'One row a time that events were joined into engagements; the last one says how far the stream of changes was followed.';
COMMENT ON COLUMN joins.joined_at IS 'When, UTC.';
COMMENT ON COLUMN joins.seq IS 'The last row of changes that was considered; 0 for none.';
COMMENT ON COLUMN joins.rules IS 'Version of the rules by which events were joined; under other rules all are looked at again.';
COMMENT ON COLUMN joins.looked_at IS 'Events that were looked at.';
COMMENT ON COLUMN joins.moved IS 'Events whose engagement_id changed.';
