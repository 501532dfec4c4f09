-- Of one person those in one state.
CREATE INDEX sessions_by_person_and_state ON sessions (person, state, created_ms, id);

-- The newest key, which a server looks at when it starts.
CREATE INDEX session_keys_by_time ON session_keys (created_ms DESC, session);

-- A person's progress, read from an index alone.
CREATE INDEX metrics_of_person ON metrics (person, metric, session_ms, session, value);
DROP INDEX metrics_by_person;
CREATE INDEX bands_of_person ON bands (person, dimension, kind, session_ms, scorecard, session, band);
DROP INDEX bands_by_person;

-- The bands that machine and coach gave in one session, for agreement over all sessions.
CREATE TABLE band_pairs (
    session TEXT NOT NULL,
    dimension TEXT NOT NULL,
    machine BIGINT NOT NULL,
    coach BIGINT NOT NULL
);
INSERT INTO band_pairs (session, dimension, machine, coach)
SELECT machine.session, machine.dimension, machine.band, coach.band FROM bands AS machine
JOIN bands AS coach ON coach.session = machine.session AND coach.dimension = machine.dimension
WHERE machine.kind = 'machine' AND coach.kind = 'coach' AND machine.band IS NOT NULL AND coach.band IS NOT NULL;
CREATE INDEX band_pairs_by_dimension ON band_pairs (dimension, machine, coach);
CREATE INDEX band_pairs_by_session ON band_pairs (session);
DROP INDEX bands_by_dimension;
