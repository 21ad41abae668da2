-- Keys that were replaced and still work until they expire: as the key that came after them.
CREATE TABLE replaced_keys (
    id TEXT NOT NULL PRIMARY KEY,
    key_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX replaced_keys_key ON replaced_keys (key_id);
