-- Money is whole picodollars (1e-12 USD), times are microseconds since 1970 (UTC), days are days
-- since 1970 (UTC), yes and no are 1 and 0. columns.postgres.sql says what each column holds.

CREATE TABLE entries (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    instance TEXT NOT NULL,
    asked TEXT NOT NULL,
    deployment TEXT NOT NULL,
    deployment_id TEXT NOT NULL,
    served TEXT,
    stream BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    status_code BIGINT,
    error TEXT,
    service_tier TEXT,
    prompt_tokens BIGINT,
    cached_tokens BIGINT,
    cache_write_tokens BIGINT,
    output_tokens BIGINT,
    usage_source TEXT NOT NULL,
    cost_status TEXT NOT NULL,
    cost_pico BIGINT,
    known_pico BIGINT NOT NULL,
    fee_pico BIGINT,
    reserved_pico BIGINT NOT NULL,
    charged_pico BIGINT NOT NULL,
    budgets TEXT,
    headers_ms BIGINT,
    first_content_ms BIGINT,
    duration_ms BIGINT NOT NULL,
    answer_id TEXT,
    provider_request_id TEXT,
    key_id TEXT,
    key_alias TEXT,
    team_id TEXT,
    user_id TEXT,
    end_user TEXT,
    session_id TEXT,
    tags TEXT,
    metadata TEXT,
    detail TEXT NOT NULL
) WITHOUT ROWID;

-- An index of a table without row ids ends with the id, so each of these gives its rows by time.
CREATE INDEX entries_asked ON entries (asked, id);
CREATE INDEX entries_served ON entries (served, id) WHERE served IS NOT NULL;
CREATE INDEX entries_deployment ON entries (deployment, id);
CREATE INDEX entries_key ON entries (key_id, id) WHERE key_id IS NOT NULL;
CREATE INDEX entries_key_alias ON entries (key_alias, id) WHERE key_alias IS NOT NULL;
CREATE INDEX entries_team ON entries (team_id, id) WHERE team_id IS NOT NULL;
CREATE INDEX entries_user ON entries (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX entries_end_user ON entries (end_user, id) WHERE end_user IS NOT NULL;
CREATE INDEX entries_session ON entries (session_id, id) WHERE session_id IS NOT NULL;
CREATE INDEX entries_provider_request ON entries (provider_request_id, id)
    WHERE provider_request_id IS NOT NULL;
CREATE INDEX entries_outcome ON entries (outcome, id) WHERE outcome <> 'completed';
CREATE INDEX entries_cost_status ON entries (cost_status, id)
    WHERE cost_status <> 'exact' AND cost_status <> 'open';

CREATE TABLE entry_tags (
    tag TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (tag, id)
) WITHOUT ROWID;
CREATE INDEX entry_tags_id ON entry_tags (id);

CREATE TABLE entry_texts (
    id TEXT NOT NULL PRIMARY KEY,
    prompt TEXT,
    answer TEXT
) WITHOUT ROWID;

-- Settled requests by day: all together under the tag '', and once for each of their tags. Absent
-- names are empty here. A sum of money is whole dollars and the picodollars beyond them.
CREATE TABLE daily (
    day BIGINT NOT NULL,
    tag TEXT NOT NULL,
    asked TEXT NOT NULL,
    served TEXT NOT NULL,
    deployment TEXT NOT NULL,
    key_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    cost_status TEXT NOT NULL,
    requests BIGINT NOT NULL,
    uncosted BIGINT NOT NULL,
    prompt_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cost_usd BIGINT NOT NULL,
    cost_pico BIGINT NOT NULL,
    known_usd BIGINT NOT NULL,
    known_pico BIGINT NOT NULL,
    fee_usd BIGINT NOT NULL,
    fee_pico BIGINT NOT NULL,
    charged_usd BIGINT NOT NULL,
    charged_pico BIGINT NOT NULL,
    PRIMARY KEY
        (tag, day, asked, served, deployment, key_id, team_id, user_id, outcome, cost_status)
) WITHOUT ROWID;

CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    alias TEXT,
    models TEXT NOT NULL,
    expires_at BIGINT,
    rpm BIGINT,
    tpm BIGINT,
    parallel BIGINT,
    max_pico BIGINT,
    duration TEXT,
    soft BIGINT NOT NULL,
    team_id TEXT,
    user_id TEXT,
    metadata TEXT,
    blocked BIGINT NOT NULL,
    admin BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX keys_alias ON keys (alias) WHERE alias IS NOT NULL;

CREATE TABLE teams (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    models TEXT NOT NULL,
    rpm BIGINT,
    tpm BIGINT,
    parallel BIGINT,
    max_pico BIGINT,
    duration TEXT,
    soft BIGINT NOT NULL,
    members TEXT NOT NULL,
    metadata TEXT,
    blocked BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    alias TEXT,
    email TEXT,
    role TEXT,
    models TEXT NOT NULL,
    rpm BIGINT,
    tpm BIGINT,
    parallel BIGINT,
    max_pico BIGINT,
    duration TEXT,
    soft BIGINT NOT NULL,
    metadata TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE models (
    id TEXT NOT NULL PRIMARY KEY,
    model_group TEXT NOT NULL,
    params TEXT NOT NULL,
    info TEXT NOT NULL,
    blocked BIGINT NOT NULL,
    created_by TEXT,
    updated_by TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE budgets (
    id TEXT NOT NULL PRIMARY KEY,
    max_pico BIGINT,
    soft BIGINT NOT NULL,
    duration TEXT,
    window_start BIGINT NOT NULL,
    reset_at BIGINT,
    spent_pico BIGINT NOT NULL,
    leased_pico BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE leases (
    budget TEXT NOT NULL,
    window_start BIGINT NOT NULL,
    instance TEXT NOT NULL,
    amount_pico BIGINT NOT NULL,
    PRIMARY KEY (budget, window_start, instance)
) WITHOUT ROWID;

-- Gateways that write here. One whose beats stay the same for long is gone: what it had open is
-- settled by another, until it returns.
CREATE TABLE instances (
    id TEXT NOT NULL PRIMARY KEY,
    beats BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    gone BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE spool_positions (
    instance TEXT NOT NULL,
    writer TEXT NOT NULL,
    segment BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (instance, writer)
) WITHOUT ROWID;

CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT
) WITHOUT ROWID;
CREATE INDEX audit_subject ON audit (subject, id);

CREATE TABLE revision (
    id BIGINT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO revision VALUES (1, 0);
