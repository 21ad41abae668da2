-- Who has signed in to the admin UI, and until when. Of the cookie only its SHA-256 is here; `bound` is
-- that of the cookie and the master key together, so that the operator's sessions end with that key.
CREATE TABLE sessions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    key_id TEXT COLLATE "C",
    bound TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires_at);
