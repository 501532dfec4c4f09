-- Of one person those in one state; bands with all that agreement is counted from, so that no row of the table is read for it.
CREATE INDEX sessions_by_person_and_state ON sessions (person, state, created_ms, id);
CREATE INDEX bands_by_dimension_and_kind ON bands (dimension, kind, session, band);
DROP INDEX bands_by_dimension;
