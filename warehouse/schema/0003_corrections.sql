-- What people corrected, as the file of corrections says it, and what became of each.

CREATE TABLE corrections (
    correction_id VARCHAR NOT NULL,
    line INTEGER NOT NULL,
    what VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    field VARCHAR,
    value VARCHAR,
    words VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    made_on DATE,
    release_id VARCHAR,
    state VARCHAR NOT NULL,
    why VARCHAR
);
COMMENT ON TABLE corrections IS 'What people know better than the rules: the lines of corrections.csv, and whether each is in force.';
COMMENT ON COLUMN corrections.correction_id IS 'Made from what is corrected to what, by which words.';
COMMENT ON COLUMN corrections.line IS 'Line of the file on which it begins.';
COMMENT ON COLUMN corrections.what IS 'set, add, remove, same (two events are one engagement) or different (they are two).';
COMMENT ON COLUMN corrections.id IS 'The event_id or mention_id concerned; for a topic its event_id, a slash, and its topic_id or label.';
COMMENT ON COLUMN corrections.field IS 'The cell that is set; attendee or topic for what is added.';
COMMENT ON COLUMN corrections.value IS 'What the cell is set to, what is added, or the id of the other event.';
COMMENT ON COLUMN corrections.words IS 'The words of the release that it refers to.';
COMMENT ON COLUMN corrections.author IS 'Who corrected.';
COMMENT ON COLUMN corrections.reason IS 'Why.';
COMMENT ON COLUMN corrections.made_on IS 'When; null if the file does not say.';
COMMENT ON COLUMN corrections.release_id IS 'The release concerned; null if there is none.';
COMMENT ON COLUMN corrections.state IS 'applied, or unmatched: nothing has the id, or the release no longer has the words.';
COMMENT ON COLUMN corrections.why IS 'Why it is unmatched.';

COMMENT ON COLUMN readings.rules_version IS 'Version of the rules that read it; after each + the begin of a correction_id that was laid over it.';
COMMENT ON COLUMN release_versions.rules_version IS 'Version of the rules that read it; after each + the begin of a correction_id that was laid over it.';
COMMENT ON COLUMN releases.rules_version IS 'Version of the rules that read it; after each + the begin of a correction_id that was laid over it.';
