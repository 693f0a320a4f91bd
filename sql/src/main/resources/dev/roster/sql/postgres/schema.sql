-- Roster's tables on PostgreSQL 12 and later, version 1. :"schema" is the quoted name of the schema.
-- Roster runs this by itself when it may. To run it by hand, replace the name first:
--     sed 's/:"schema"/roster/g' schema.sql | psql ...
-- Whoever runs it owns the tables; roles.sql grants what others need.

CREATE TABLE :"schema".roster_meta (
    id integer PRIMARY KEY CHECK (id = 1),
    version integer NOT NULL,
    life text NOT NULL,
    revision bigint NOT NULL,
    stamp bigint NOT NULL,
    compacted bigint NOT NULL,
    kept bigint NOT NULL,
    kept_bytes bigint NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
        autovacuum_vacuum_cost_delay = 0);

INSERT INTO :"schema".roster_meta
    VALUES (1, 1, pg_catalog.md5(pg_catalog.random()::text || pg_catalog.clock_timestamp()::text), 0, 0, 0, 0, 0);

-- No index on a column that changes, and room in each page: a beat is updated in place.
CREATE TABLE :"schema".roster_entries (
    key bytea PRIMARY KEY,
    value bytea NOT NULL,
    created bigint NOT NULL,
    modified bigint NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500,
        autovacuum_vacuum_cost_delay = 0);

CREATE TABLE :"schema".roster_changes (
    revision bigint NOT NULL,
    ordinal integer NOT NULL,
    key bytea NOT NULL,
    value bytea,
    created bigint NOT NULL,
    stamp bigint NOT NULL,
    PRIMARY KEY (revision, ordinal)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_cost_delay = 0);

-- Whoever empties a table by hand makes it another store; in roster_meta a missing row says so.
CREATE FUNCTION :"schema".roster_emptied() RETURNS trigger LANGUAGE plpgsql AS $roster$
BEGIN
    UPDATE :"schema".roster_meta SET revision = revision + 1, compacted = revision + 1,
        life = pg_catalog.md5(pg_catalog.random()::text || pg_catalog.clock_timestamp()::text);
    RETURN NULL;
END
$roster$;

CREATE TRIGGER roster_emptied BEFORE TRUNCATE ON :"schema".roster_entries
    FOR EACH STATEMENT EXECUTE FUNCTION :"schema".roster_emptied();

CREATE TRIGGER roster_emptied BEFORE TRUNCATE ON :"schema".roster_changes
    FOR EACH STATEMENT EXECUTE FUNCTION :"schema".roster_emptied();

-- Which life of which store this is: the cluster, its timeline (a promoted standby has another), and a
-- name that changes when the content went back.
CREATE FUNCTION :"schema".roster_identity(p_life text) RETURNS text LANGUAGE sql STABLE AS $roster$
    SELECT 'postgresql-' || s.system_identifier || '-'
        || pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8) || '-' || p_life
    FROM pg_catalog.pg_control_system() s
$roster$;

-- Applies a batch of commits. Their writes are disjoint from what the others write or look at, so all
-- conditions are looked at before anything is written. The row of roster_meta is locked until the
-- transaction ends: revisions become visible in their order. Commit number n gets revision base + n.
--
-- The caller says what it has seen last (life, revision, stamp). A store that is behind that, or has
-- another history, went back in time: it gets another life, above all revisions seen.
--
-- Returns a row for the batch (r_of = 0: r_text the identity, r_revision base, r_numbers the commits that
-- changed something), one for each commit that was meant for another store ('other'), and one for each
-- condition that failed ('failed'), with what was there if that is not too much to send ('large').
CREATE FUNCTION :"schema".roster_commit_1(
    p_seen_life text, p_seen_revision bigint, p_seen_stamp bigint, p_new_life text, p_new_stamp bigint,
    p_stores text[],
    p_condition_of integer[], p_condition_key bytea[], p_condition_modified bigint[],
    p_operation_of integer[], p_operation_key bytea[], p_operation_value bytea[],
    p_answer_bytes integer)
RETURNS TABLE (r_of integer, r_outcome text, r_text text, r_revision bigint, r_stamp bigint, r_kept bigint,
    r_kept_bytes bigint, r_numbers integer[], r_key bytea, r_value bytea, r_created bigint, r_modified bigint)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $roster$
DECLARE
    meta record;
    base bigint;
    went_back boolean;
    refused integer[] := '{}';
    bytes bigint := 0;
    failing record;
    setting text;
BEGIN
    IF pg_catalog.current_setting('synchronous_commit') = 'off' THEN
        setting := pg_catalog.set_config('synchronous_commit', 'on', true);
    END IF;
    -- Nobody waits for ever: a commit that waited too long failed, and is not applied late.
    setting := pg_catalog.set_config('lock_timeout', '1500', true);
    SELECT m.life, m.revision, m.stamp, m.compacted, m.kept, m.kept_bytes INTO meta
        FROM :"schema".roster_meta m WHERE m.id = 1 FOR UPDATE;
    IF NOT FOUND THEN
        -- Somebody has emptied the table.
        INSERT INTO :"schema".roster_meta VALUES (1, 1, p_new_life, 0, 0, 0, 0, 0);
        meta := ROW (p_new_life, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint);
        SELECT m.life, m.revision, m.stamp, m.compacted, m.kept, m.kept_bytes INTO meta
            FROM :"schema".roster_meta m WHERE m.id = 1 FOR UPDATE;
    END IF;

    went_back := meta.revision < p_seen_revision;
    IF NOT went_back AND meta.life = p_seen_life AND p_seen_revision > 0 THEN
        IF meta.revision = p_seen_revision THEN
            went_back := meta.stamp <> p_seen_stamp;
        ELSE
            SELECT c.stamp <> p_seen_stamp INTO went_back
                FROM :"schema".roster_changes c WHERE c.revision = p_seen_revision LIMIT 1;
            went_back := coalesce(went_back, false);
        END IF;
    END IF;
    IF went_back THEN
        meta.life := p_new_life;
        meta.revision := greatest(meta.revision, p_seen_revision) + 1;
        meta.stamp := p_new_stamp;
        meta.compacted := meta.revision;
    END IF;

    base := meta.revision;
    SELECT 'postgresql-' || s.system_identifier || '-'
        || pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8) || '-' || meta.life
        INTO r_text FROM pg_catalog.pg_control_system() s;

    r_outcome := 'other';
    FOR r_of IN SELECT s.of FROM unnest(p_stores) WITH ORDINALITY AS s (store, of) WHERE s.store <> r_text LOOP
        refused := refused || r_of;
        RETURN NEXT;
    END LOOP;

    FOR failing IN
        SELECT c.of, c.key, e.value, e.created, e.modified
        FROM unnest(p_condition_of, p_condition_key, p_condition_modified) AS c (of, key, modified)
        LEFT JOIN LATERAL (
            SELECT x.value, x.created, x.modified FROM :"schema".roster_entries x WHERE x.key = c.key OFFSET 0) e ON true
        WHERE e.modified IS DISTINCT FROM c.modified AND c.of <> ALL (refused)
    LOOP
        refused := refused || failing.of;
        bytes := bytes + 64 + pg_catalog.length(failing.key) + coalesce(pg_catalog.length(failing.value), 0);
        r_of := failing.of;
        r_outcome := CASE WHEN bytes > p_answer_bytes THEN 'large' ELSE 'failed' END;
        r_key := failing.key;
        r_value := CASE WHEN bytes > p_answer_bytes THEN NULL ELSE failing.value END;
        r_created := failing.created;
        r_modified := failing.modified;
        RETURN NEXT;
    END LOOP;

    r_numbers := '{}';
    IF pg_catalog.cardinality(p_operation_of) > 0 THEN
        -- A guarded transaction of an application may hold an entry: that commit fails, the others go on.
        setting := pg_catalog.set_config('lock_timeout', '2', true);
        WITH o AS MATERIALIZED (
            SELECT u.of, u.ordinal::integer AS ordinal, u.key, u.value, base + u.of AS revision, e.created
            FROM unnest(p_operation_of, p_operation_key, p_operation_value)
                WITH ORDINALITY AS u (of, key, value, ordinal)
            LEFT JOIN LATERAL (
                SELECT x.created FROM :"schema".roster_entries x WHERE x.key = u.key OFFSET 0) e ON true
            WHERE u.of <> ALL (refused) AND (u.value IS NOT NULL OR e.created IS NOT NULL)
        ), written AS (
            INSERT INTO :"schema".roster_entries AS t (key, value, created, modified)
                SELECT o.key, o.value, o.revision, o.revision FROM o WHERE o.value IS NOT NULL
                ON CONFLICT (key) DO UPDATE SET value = excluded.value, modified = excluded.modified
        ), gone AS (
            DELETE FROM :"schema".roster_entries t USING o WHERE t.key = o.key AND o.value IS NULL
        ), told AS (
            INSERT INTO :"schema".roster_changes (revision, ordinal, key, value, created, stamp)
                SELECT o.revision, o.ordinal, o.key, o.value,
                    CASE WHEN o.value IS NULL THEN 0 ELSE coalesce(o.created, o.revision) END, p_new_stamp
                FROM o
        )
        SELECT coalesce(max(o.revision), base), meta.kept + count(*),
            meta.kept_bytes + coalesce(sum(pg_catalog.length(o.key) + coalesce(pg_catalog.length(o.value), 0)), 0),
            coalesce(array_agg(DISTINCT o.of), '{}')
            INTO meta.revision, meta.kept, meta.kept_bytes, r_numbers
            FROM o;
    END IF;

    IF went_back OR meta.revision > base THEN
        meta.stamp := p_new_stamp;
        UPDATE :"schema".roster_meta SET life = meta.life, revision = meta.revision, stamp = meta.stamp,
            compacted = meta.compacted, kept = meta.kept, kept_bytes = meta.kept_bytes WHERE id = 1;
    END IF;

    r_of := 0;
    r_outcome := meta.life;
    r_revision := base;
    r_stamp := meta.stamp;
    r_kept := meta.kept;
    r_kept_bytes := meta.kept_bytes;
    r_key := NULL;
    r_value := NULL;
    r_created := meta.revision;
    r_modified := NULL;
    RETURN NEXT;
END
$roster$;

-- Removes the oldest changes, whole commits, at most about so many; what was written last stays.
CREATE FUNCTION :"schema".roster_compact_1(p_rows integer) RETURNS bigint LANGUAGE plpgsql AS $roster$
DECLARE
    last bigint;
    up_to bigint;
    removed bigint;
    removed_bytes bigint;
BEGIN
    PERFORM pg_catalog.set_config('lock_timeout', '1500', true);
    SELECT m.revision INTO last FROM :"schema".roster_meta m WHERE m.id = 1 FOR UPDATE;
    SELECT max(c.revision) INTO up_to FROM (
        SELECT x.revision FROM :"schema".roster_changes x ORDER BY x.revision, x.ordinal LIMIT p_rows) c;
    IF up_to IS NULL OR up_to >= last THEN
        RETURN 0;
    END IF;
    WITH old AS (DELETE FROM :"schema".roster_changes c WHERE c.revision <= up_to RETURNING c.key, c.value)
    SELECT count(*), coalesce(sum(pg_catalog.length(old.key) + coalesce(pg_catalog.length(old.value), 0)), 0)
        INTO removed, removed_bytes FROM old;
    UPDATE :"schema".roster_meta SET compacted = greatest(compacted, up_to),
        kept = kept - removed, kept_bytes = kept_bytes - removed_bytes WHERE id = 1;
    RETURN removed;
END
$roster$;
