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
    p_answer_bytes integer, p_lock_millis integer)
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
        setting := pg_catalog.set_config('lock_timeout', p_lock_millis::text, true);
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

-- Entries of queues. The key is the queue's name and a zero byte, the partition in three bytes, the shelf, the
-- rank, eight bytes of the time, the id: their order is that of the places. No other index. How much of the machine
-- autovacuum may take is the server's setting: while an old snapshot keeps all that was ever done, it reads it again
-- and again.
CREATE TABLE :"schema".roster_queue (
    key bytea PRIMARY KEY,
    value bytea NOT NULL
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000,
        autovacuum_analyze_scale_factor = 0.5, toast.autovacuum_vacuum_scale_factor = 0.02,
        toast.autovacuum_vacuum_threshold = 2000);

-- Applies batches of queue operations, each for itself, in one transaction. No batch writes what another writes
-- or looks at; each array is in the order of its keys, so that transactions meet in that order.
--
-- Batch n has the set of fences p_fences[n] (0 for none); set n is about the store p_stores[n]. What is looked
-- at is locked until the transaction ends: the fences' entries, and entries that have to be there (kind 1, or 2
-- for a certain value; negative when the batch writes them, too). What has to be absent (kind 0) is put by its
-- batch, or held: put and removed, which nobody else can do before the transaction ends.
--
-- Takes and puts are tried at once. If one does not go, all of them are undone, those that cannot be applied are
-- left out, and it is tried again. Then puts replace, which costs more than putting where nothing stands.
--
-- Returns a row for each fence of a set that does not hold ('fenced', r_of the set) and each place that was
-- found to be another than its batch asked for ('refused', r_of the batch); none for batches that were applied.
CREATE FUNCTION :"schema".roster_queue_apply_1(
    p_fences integer[], p_stores text[],
    p_fence_of integer[], p_fence_key bytea[], p_fence_modified bigint[],
    p_condition_of integer[], p_condition_key bytea[], p_condition_kind integer[], p_condition_value bytea[],
    p_hold_of integer[], p_hold_key bytea[],
    p_take_of integer[], p_take_key bytea[],
    p_remove_of integer[], p_remove_key bytea[],
    p_put_of integer[], p_put_key bytea[], p_put_value bytea[], p_put_new boolean[],
    p_replace boolean, p_lock_millis integer)
RETURNS TABLE (r_outcome text, r_of integer, r_key bytea)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
SET lock_timeout = 1500
AS $roster$
DECLARE
    setting text;
    identity text;
    sets integer[] := '{}';
    refused integer[] := '{}';
    suspects integer[];
    replaces boolean := p_replace;
    needs_locks boolean := EXISTS (SELECT 1 FROM unnest(p_condition_kind) AS c (kind) WHERE c.kind <> 0);
    expected bigint;
    done bigint;
BEGIN
    -- In a transaction of the application's (no p_lock_millis) its own settings hold.
    IF p_lock_millis IS NOT NULL THEN
        setting := pg_catalog.set_config('lock_timeout', p_lock_millis::text, true);
        IF pg_catalog.current_setting('synchronous_commit') = 'off' THEN
            setting := pg_catalog.set_config('synchronous_commit', 'on', true);
        END IF;
    END IF;

    IF pg_catalog.cardinality(p_stores) > 0 THEN
        IF pg_catalog.array_position(p_fence_modified, NULL) IS NOT NULL THEN
            -- What is not there cannot be locked: nobody writes anything until this is over.
            PERFORM 1 FROM :"schema".roster_meta m WHERE m.id = 1 FOR SHARE;
        END IF;
        PERFORM 1 FROM :"schema".roster_entries e WHERE e.key = ANY (p_fence_key) ORDER BY e.key FOR SHARE;
        SELECT :"schema".roster_identity(m.life) INTO identity FROM :"schema".roster_meta m WHERE m.id = 1;
        r_outcome := 'fenced';
        FOR r_of, r_key IN
            SELECT s.of::integer, NULL::bytea FROM unnest(p_stores) WITH ORDINALITY AS s (store, of)
            WHERE s.store IS DISTINCT FROM identity
            UNION ALL
            SELECT f.of, f.key FROM unnest(p_fence_of, p_fence_key, p_fence_modified) AS f (of, key, modified)
            LEFT JOIN LATERAL (
                SELECT x.modified FROM :"schema".roster_entries x WHERE x.key = f.key OFFSET 0) e ON true
            WHERE e.modified IS DISTINCT FROM f.modified
        LOOP
            sets := sets || r_of;
            RETURN NEXT;
        END LOOP;
        IF pg_catalog.cardinality(sets) > 0 THEN
            SELECT coalesce(array_agg(b.of::integer), '{}') INTO refused
                FROM unnest(p_fences) WITH ORDINALITY AS b (fences, of) WHERE b.fences = ANY (sets);
        END IF;
    END IF;

    r_outcome := 'refused';
    FOR attempt IN 1 .. 4 LOOP
        IF pg_catalog.cardinality(p_condition_of) > 0 THEN
            -- One that was removed and put again while its lock was waited for is locked the next time.
            WHILE needs_locks LOOP
                SELECT count(*) INTO done FROM (
                    SELECT 1 FROM :"schema".roster_queue q WHERE q.key = ANY (ARRAY (
                        SELECT c.key FROM unnest(p_condition_key, p_condition_kind) AS c (key, kind) WHERE c.kind > 0))
                    ORDER BY q.key FOR SHARE) l;
                SELECT done + count(*) INTO done FROM (
                    SELECT 1 FROM :"schema".roster_queue q WHERE q.key = ANY (ARRAY (
                        SELECT c.key FROM unnest(p_condition_key, p_condition_kind) AS c (key, kind) WHERE c.kind < 0))
                    ORDER BY q.key FOR UPDATE) l;
                SELECT count(*) INTO expected FROM :"schema".roster_queue q WHERE q.key = ANY (ARRAY (
                    SELECT c.key FROM unnest(p_condition_key, p_condition_kind) AS c (key, kind) WHERE c.kind <> 0));
                EXIT WHEN done = expected;
            END LOOP;
            suspects := '{}';
            FOR r_of, r_key IN
                SELECT c.of, c.key
                FROM unnest(p_condition_of, p_condition_key, p_condition_kind, p_condition_value)
                    AS c (of, key, kind, value)
                LEFT JOIN LATERAL (
                    SELECT x.value FROM :"schema".roster_queue x WHERE x.key = c.key OFFSET 0) q ON true
                WHERE c.of <> ALL (refused) AND CASE pg_catalog.abs(c.kind)
                    WHEN 0 THEN q.value IS NOT NULL
                    WHEN 1 THEN q.value IS NULL
                    ELSE q.value IS DISTINCT FROM c.value END
            LOOP
                suspects := suspects || r_of;
                RETURN NEXT;
            END LOOP;
            IF pg_catalog.cardinality(suspects) > 0 THEN
                -- All that is wrong with these is told.
                FOR r_of, r_key IN
                    SELECT t.of, t.key FROM unnest(p_take_of, p_take_key) AS t (of, key)
                    WHERE t.of = ANY (suspects)
                    AND NOT EXISTS (SELECT 1 FROM :"schema".roster_queue q WHERE q.key = t.key)
                LOOP
                    RETURN NEXT;
                END LOOP;
                refused := refused || suspects;
            END IF;
        END IF;

        BEGIN
            IF pg_catalog.cardinality(p_take_key) > 0 THEN
                DELETE FROM :"schema".roster_queue q USING unnest(p_take_of, p_take_key) AS t (of, key)
                    WHERE q.key = t.key AND t.of <> ALL (refused);
                GET DIAGNOSTICS done = ROW_COUNT;
                expected := pg_catalog.cardinality(p_take_key);
                IF done < expected AND pg_catalog.cardinality(refused) > 0 THEN
                    SELECT count(*) INTO expected FROM unnest(p_take_of) AS t (of) WHERE t.of <> ALL (refused);
                END IF;
                IF done < expected THEN
                    RAISE EXCEPTION USING ERRCODE = 'RO001', MESSAGE = 'an entry is not there';
                END IF;
            END IF;
            IF pg_catalog.cardinality(p_remove_key) > 0 THEN
                DELETE FROM :"schema".roster_queue q USING unnest(p_remove_of, p_remove_key) AS t (of, key)
                    WHERE q.key = t.key AND t.of <> ALL (refused);
            END IF;
            IF pg_catalog.cardinality(p_hold_key) > 0 THEN
                INSERT INTO :"schema".roster_queue (key, value)
                    SELECT t.key, ''::bytea FROM unnest(p_hold_of, p_hold_key) AS t (of, key)
                    WHERE t.of <> ALL (refused);
                DELETE FROM :"schema".roster_queue q USING unnest(p_hold_of, p_hold_key) AS t (of, key)
                    WHERE q.key = t.key AND t.of <> ALL (refused);
            END IF;
            IF pg_catalog.cardinality(p_put_key) > 0 AND replaces THEN
                INSERT INTO :"schema".roster_queue AS q (key, value)
                    SELECT t.key, t.value
                    FROM unnest(p_put_of, p_put_key, p_put_value, p_put_new) AS t (of, key, value, is_new)
                    WHERE t.of <> ALL (refused) AND NOT t.is_new
                    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
                INSERT INTO :"schema".roster_queue (key, value)
                    SELECT t.key, t.value
                    FROM unnest(p_put_of, p_put_key, p_put_value, p_put_new) AS t (of, key, value, is_new)
                    WHERE t.of <> ALL (refused) AND t.is_new;
            ELSIF pg_catalog.cardinality(p_put_key) > 0 THEN
                INSERT INTO :"schema".roster_queue (key, value)
                    SELECT t.key, t.value FROM unnest(p_put_of, p_put_key, p_put_value) AS t (of, key, value)
                    WHERE t.of <> ALL (refused);
            END IF;
            RETURN;
        EXCEPTION
            WHEN unique_violation THEN
                replaces := true;
            WHEN SQLSTATE 'RO001' THEN
                NULL;
        END;

        FOR r_of, r_key IN
            SELECT t.of, t.key FROM unnest(p_take_of, p_take_key) AS t (of, key)
            WHERE t.of <> ALL (refused)
            AND NOT EXISTS (SELECT 1 FROM :"schema".roster_queue q WHERE q.key = t.key)
        LOOP
            suspects := coalesce(suspects, '{}') || r_of;
            RETURN NEXT;
        END LOOP;
        refused := refused || coalesce(suspects, '{}');
    END LOOP;
    RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = 'what is looked at changes too fast';
END
$roster$;

-- Reads ranges, each from a key up to another and no more entries than so many. The first row has the clock.
CREATE FUNCTION :"schema".roster_queue_read_1(p_from bytea[], p_to bytea[], p_most integer[])
RETURNS TABLE (r_range integer, r_key bytea, r_value bytea, r_now bigint)
LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET plan_cache_mode = force_generic_plan
AS $roster$
DECLARE
    asked record;
BEGIN
    r_now := (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint;
    RETURN NEXT;
    FOR asked IN
        SELECT u.of::integer AS of, u.from_key, u.to_key, u.most
        FROM unnest(p_from, p_to, p_most) WITH ORDINALITY AS u (from_key, to_key, most, of)
    LOOP
        RETURN QUERY SELECT asked.of, q.key, q.value, NULL::bigint FROM :"schema".roster_queue q
            WHERE q.key >= asked.from_key AND q.key < asked.to_key ORDER BY q.key LIMIT asked.most;
    END LOOP;
END
$roster$;
