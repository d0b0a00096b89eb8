-- A release is looked for in every load. Among millions of ids a number is found many times faster than a text.

ALTER TABLE readings ADD COLUMN release_hash UBIGINT;

UPDATE readings SET release_hash = md5_number_lower(release_id);

COMMENT ON COLUMN readings.release_hash IS 'The lower half of the MD5 of release_id, by which a load finds the release.';
