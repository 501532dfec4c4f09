-- Archives of everything that is kept of a person, made in the background.
CREATE TABLE archives (
    -- Its objects, their key and its job stand under this id.
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    -- Interviews that are in it, of how many.
    done BIGINT NOT NULL DEFAULT 0,
    total BIGINT NOT NULL DEFAULT 0,
    -- NULL until it is made.
    bytes BIGINT,
    sha256 TEXT,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX archives_by_person ON archives (person, created_ms, id);
CREATE INDEX archives_by_expiry ON archives (expires_ms);
