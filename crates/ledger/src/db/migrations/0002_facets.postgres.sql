-- Where entries of one value are, in place of an index for each column: an index takes a place for
-- every entry, and this one for every term (a column's value) in each 16 milliseconds. A block is the first 12
-- characters of the ids in it, since an id begins with the time.
CREATE TABLE entry_facets (
    facet TEXT COLLATE "C" NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    block TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (facet, term, block)
);

INSERT INTO entry_facets SELECT DISTINCT 'asked', asked, substr(id, 1, 12) FROM entries;
INSERT INTO entry_facets SELECT DISTINCT 'deployment', deployment, substr(id, 1, 12) FROM entries;
INSERT INTO entry_facets SELECT DISTINCT 'served', served, substr(id, 1, 12) FROM entries
    WHERE served IS NOT NULL;
INSERT INTO entry_facets SELECT DISTINCT 'key_id', key_id, substr(id, 1, 12) FROM entries
    WHERE key_id IS NOT NULL;
INSERT INTO entry_facets SELECT DISTINCT 'key_alias', key_alias, substr(id, 1, 12) FROM entries
    WHERE key_alias IS NOT NULL;
INSERT INTO entry_facets SELECT DISTINCT 'team_id', team_id, substr(id, 1, 12) FROM entries
    WHERE team_id IS NOT NULL;
INSERT INTO entry_facets SELECT DISTINCT 'user_id', user_id, substr(id, 1, 12) FROM entries
    WHERE user_id IS NOT NULL;
INSERT INTO entry_facets SELECT DISTINCT 'end_user', end_user, substr(id, 1, 12) FROM entries
    WHERE end_user IS NOT NULL;
INSERT INTO entry_facets SELECT DISTINCT 'session_id', session_id, substr(id, 1, 12) FROM entries
    WHERE session_id IS NOT NULL;
INSERT INTO entry_facets SELECT DISTINCT 'outcome', outcome, substr(id, 1, 12) FROM entries
    WHERE outcome <> 'completed' AND outcome <> 'open';
INSERT INTO entry_facets SELECT DISTINCT 'cost_status', cost_status, substr(id, 1, 12) FROM entries
    WHERE cost_status <> 'exact' AND cost_status <> 'open';

DROP INDEX entries_asked;
DROP INDEX entries_served;
DROP INDEX entries_deployment;
DROP INDEX entries_key;
DROP INDEX entries_key_alias;
DROP INDEX entries_team;
DROP INDEX entries_user;
DROP INDEX entries_end_user;
DROP INDEX entries_session;
DROP INDEX entries_outcome;
DROP INDEX entries_cost_status;

-- Few are open at a time, and none for long: these two are mostly empty.
CREATE INDEX entries_open ON entries (id) WHERE outcome = 'open';
CREATE INDEX entries_interrupted ON entries (instance, id) WHERE outcome = 'interrupted';
