-- Everything that is kept. One text for SQLite and PostgreSQL: only BIGINT, TEXT and DOUBLE PRECISION; whether (0 or 1) is
-- BIGINT; times are ms since 1970 UTC and end in _ms; JSON is TEXT; ids are TEXT. '' where a person could stand means: the
-- one person of a server without accounts, or the server itself.

-- People -------------------------------------------------------------------------------------------------------------

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- In lower case; NULL for those who come by a link alone.
    email TEXT,
    -- Argon2 in PHC form; NULL: this person cannot sign in by password.
    password_hash TEXT,
    -- admin, coach, candidate or observer.
    role TEXT NOT NULL,
    disabled BIGINT NOT NULL DEFAULT 0,
    -- Own settings; NULL: those of the deployment.
    retention_days BIGINT,
    minutes_per_day BIGINT,
    tokens_per_day BIGINT,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (email)
);
CREATE INDEX people_by_time ON people (created_ms, id);

-- How a person is known to an OpenID Connect provider.
CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_by_person ON identities (person);

-- Signing in at such a provider, between going there and coming back.
CREATE TABLE sign_in_flows (
    state_sha256 TEXT NOT NULL PRIMARY KEY,
    -- Nonce, verifier and where to go then, as JSON.
    body TEXT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX sign_in_flows_by_expiry ON sign_in_flows (expires_ms);

-- Browsers that are signed in. Only the hash of a cookie is kept.
CREATE TABLE sign_ins (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    -- What forms must show beside the cookie.
    csrf_sha256 TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX sign_ins_by_person ON sign_ins (person, created_ms);
CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_ms);

CREATE TABLE api_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    -- NULL: good until it is revoked, by deleting the row.
    expires_ms BIGINT,
    used_ms BIGINT,
    UNIQUE (token_sha256)
);
CREATE INDEX api_tokens_by_person ON api_tokens (person, created_ms, id);

-- What a person used on a day (days since 1970 UTC), for daily limits.
CREATE TABLE usage (
    person TEXT NOT NULL,
    day BIGINT NOT NULL,
    interview_ms BIGINT NOT NULL DEFAULT 0,
    tokens BIGINT NOT NULL DEFAULT 0,
    runs BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (person, day)
);

-- Answers to creations that may come twice.
CREATE TABLE idempotency (
    person TEXT NOT NULL,
    key TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    -- NULL while the first request is being answered.
    status BIGINT,
    body TEXT,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (person, key)
);
CREATE INDEX idempotency_by_time ON idempotency (created_ms);

-- Interviews ---------------------------------------------------------------------------------------------------------

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    -- The candidate.
    person TEXT NOT NULL DEFAULT '',
    -- created, live, finishing, ended, broken or expired.
    state TEXT NOT NULL,
    question TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    statement TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    words TEXT NOT NULL,
    voice TEXT NOT NULL,
    -- Names of the services, as JSON.
    providers TEXT NOT NULL,
    -- What else was wished for (persona, patience, topic, difficulty …), as JSON.
    wish TEXT NOT NULL DEFAULT '{}',
    -- Whether, by whom and when a recording was agreed to.
    recording BIGINT NOT NULL,
    consent_by TEXT,
    consent_ms BIGINT,
    created_ms BIGINT NOT NULL,
    began_ms BIGINT,
    ended_ms BIGINT,
    -- Of the recording, once it is kept: NULL before and without one.
    kept_ms BIGINT,
    duration_ms BIGINT,
    end_reason TEXT,
    complete BIGINT,
    steps BIGINT,
    viva_version TEXT
);
-- Lists are by time; each filter has the index that gives it in that order.
CREATE INDEX sessions_by_time ON sessions (created_ms, id);
CREATE INDEX sessions_by_person ON sessions (person, created_ms, id);
CREATE INDEX sessions_by_state ON sessions (state, created_ms, id);
CREATE INDEX sessions_by_question ON sessions (question, created_ms, id);
CREATE INDEX sessions_by_person_and_question ON sessions (person, question, created_ms, id);
CREATE INDEX sessions_by_end ON sessions (ended_ms, id);

-- What lies in the object store. A row stands before its object is written (kept_ms NULL) and goes after it: no object is
-- without a row.
CREATE TABLE blobs (
    key TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    -- The file's name in the recording.
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    -- Of the content, before it is sealed.
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    -- Encrypted with the session's key.
    sealed BIGINT NOT NULL DEFAULT 0,
    created_ms BIGINT NOT NULL,
    kept_ms BIGINT,
    UNIQUE (session, name)
);

-- The key of a session's blobs, itself encrypted with the deployment's.
CREATE TABLE session_keys (
    session TEXT NOT NULL PRIMARY KEY,
    sealed_key TEXT NOT NULL,
    created_ms BIGINT NOT NULL
);

-- What is made of a recording once and read often, as JSON: transcript, metrics, review.
CREATE TABLE documents (
    session TEXT NOT NULL,
    kind TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (session, kind)
);

-- The numbers that curves and tables go by; the whole, with the places that show it, is the document "metrics".
CREATE TABLE metrics (
    session TEXT NOT NULL,
    metric TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- NULL: not measurable; the document says why.
    value DOUBLE PRECISION,
    unit TEXT NOT NULL,
    person TEXT NOT NULL,
    session_ms BIGINT NOT NULL,
    PRIMARY KEY (session, metric)
);
-- Progress of a person.
CREATE INDEX metrics_by_person ON metrics (person, metric, session_ms, session);

-- Scores -------------------------------------------------------------------------------------------------------------

CREATE TABLE scorecards (
    id TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    person TEXT NOT NULL,
    -- machine, coach or self.
    kind TEXT NOT NULL,
    -- Who scored; '' for the machine.
    author TEXT NOT NULL DEFAULT '',
    -- Hash over rubric, prompts, model and metrics' versions.
    versions_sha256 TEXT NOT NULL,
    -- Those versions, as JSON.
    versions TEXT NOT NULL,
    -- Judged signals asked for and those that did not verify.
    judged BIGINT NOT NULL DEFAULT 0,
    unverified BIGINT NOT NULL DEFAULT 0,
    -- The whole scorecard as JSON, byte for byte as it was made.
    body TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    UNIQUE (session, kind, author, versions_sha256)
);
CREATE INDEX scorecards_by_session ON scorecards (session, created_ms, id);
CREATE INDEX scorecards_by_person ON scorecards (person, created_ms, id);

CREATE TABLE signals (
    scorecard TEXT NOT NULL,
    signal TEXT NOT NULL,
    dimension TEXT NOT NULL,
    -- met, not_met, not_assessed …
    verdict TEXT NOT NULL,
    judged BIGINT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (scorecard, signal)
);

-- The bands of a scorecard, for progress, tables and agreement.
CREATE TABLE bands (
    scorecard TEXT NOT NULL,
    dimension TEXT NOT NULL,
    -- 1 to 4; NULL: not assessed.
    band BIGINT,
    session TEXT NOT NULL,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    session_ms BIGINT NOT NULL,
    PRIMARY KEY (scorecard, dimension)
);
CREATE INDEX bands_by_person ON bands (person, dimension, session_ms, scorecard);
CREATE INDEX bands_by_session ON bands (session, dimension);
-- Agreement between kinds, over all sessions.
CREATE INDEX bands_by_dimension ON bands (dimension, kind, session);

-- Coaching -----------------------------------------------------------------------------------------------------------

CREATE TABLE notes (
    id TEXT NOT NULL PRIMARY KEY,
    session TEXT NOT NULL,
    author TEXT NOT NULL,
    -- The moment on the interview's clock.
    at_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- NULL: only the author sees it.
    published_ms BIGINT,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL
);
CREATE INDEX notes_by_session ON notes (session, at_ms, id);
CREATE INDEX notes_by_author ON notes (author, created_ms, id);

-- Whom a candidate lets read along. Without a session: all of them.
CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    session TEXT NOT NULL DEFAULT '',
    reader TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT,
    UNIQUE (person, session, reader)
);
CREATE INDEX grants_by_reader ON grants (reader, person, session);

CREATE TABLE assignments (
    id TEXT NOT NULL PRIMARY KEY,
    coach TEXT NOT NULL,
    -- '' until somebody took it up.
    person TEXT NOT NULL DEFAULT '',
    question TEXT NOT NULL,
    -- Minutes, persona and the like, as JSON.
    wish TEXT NOT NULL DEFAULT '{}',
    session TEXT,
    due_ms BIGINT,
    created_ms BIGINT NOT NULL
);
CREATE INDEX assignments_by_coach ON assignments (coach, created_ms, id);
CREATE INDEX assignments_by_person ON assignments (person, created_ms, id);
CREATE INDEX assignments_by_session ON assignments (session);

-- Links that are good once. Only their hashes are kept.
CREATE TABLE links (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    -- join or invite.
    kind TEXT NOT NULL,
    -- The assignment to join, or the role to take on.
    target TEXT NOT NULL,
    author TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT,
    used_by TEXT
);
CREATE INDEX links_by_target ON links (target);
CREATE INDEX links_by_expiry ON links (expires_ms);

-- Work and its traces ------------------------------------------------------------------------------------------------

CREATE TABLE jobs (
    -- kind:subject, so that there is one job of a kind for each subject.
    id TEXT NOT NULL PRIMARY KEY,
    -- finish, score, purge, retain, export.
    kind TEXT NOT NULL,
    -- What it is about.
    subject TEXT NOT NULL,
    payload TEXT NOT NULL DEFAULT '{}',
    priority BIGINT NOT NULL,
    -- waiting, running, done or dead.
    state TEXT NOT NULL,
    -- When it may be claimed: its time while it waits, the end of its lease while it runs; NULL when it is over.
    ready_ms BIGINT,
    -- Counts claims and is never reset: a worker whose lease ran out holds an older number and can end nothing.
    claim BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    attempts_max BIGINT NOT NULL,
    -- Why the last attempt failed.
    error TEXT,
    created_ms BIGINT NOT NULL,
    ended_ms BIGINT
);
CREATE INDEX jobs_to_claim ON jobs (priority DESC, ready_ms, id) WHERE ready_ms IS NOT NULL;
CREATE INDEX jobs_by_subject ON jobs (subject);
CREATE INDEX jobs_by_state ON jobs (state, created_ms, id);

CREATE TABLE exports (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Of the object; NULL until it is made.
    key TEXT,
    bytes BIGINT,
    sha256 TEXT,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX exports_by_person ON exports (person, created_ms, id);
CREATE INDEX exports_by_expiry ON exports (expires_ms);

-- Who did what to whose data. Rows are only ever added: the database itself refuses all else (src/store/audit.rs).
CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    -- The person; '' for the server.
    actor TEXT NOT NULL,
    -- play, export, score, grant, revoke, delete, retain, sign_in …
    action TEXT NOT NULL,
    -- What it was done to: session, person, scorecard … and its id.
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Never people's words.
    detail TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_by_time ON audit (at_ms, id);
CREATE INDEX audit_by_subject ON audit (subject, at_ms, id);
CREATE INDEX audit_by_actor ON audit (actor, at_ms, id);

-- That something was, and is deleted; nothing of its content.
CREATE TABLE tombstones (
    -- session or person.
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    -- asked or retention.
    reason TEXT NOT NULL,
    deleted_ms BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);
