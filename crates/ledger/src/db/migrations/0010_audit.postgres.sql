-- The audit: who changed what, from where. A subject is its kind and its id, as in `key:…` and `model:…`.
ALTER TABLE audit ADD COLUMN actor_alias TEXT COLLATE "C";
ALTER TABLE audit ADD COLUMN session BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN ip TEXT COLLATE "C";
UPDATE audit SET actor_alias = substr(actor, 71, length(actor) - 71), actor = substr(actor, 1, 68)
    WHERE substr(actor, 1, 4) = 'key:' AND length(actor) > 70;
UPDATE audit SET action = 'narrow_pool', subject = 'model:' || subject WHERE action = 'narrow';
UPDATE audit SET subject = 'requests:selection' WHERE action = 'reprice';
UPDATE audit SET action = 'free_leases', subject = 'gateway:' || subject WHERE action = 'free';

-- What the gateway itself has refused, by the minute. A key is its SHA-256, or a name in parentheses for
-- all those that are not known.
CREATE TABLE refusals (
    minute BIGINT NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    requests BIGINT NOT NULL,
    PRIMARY KEY (minute, key_id, reason)
);
