-- What two roles need who do not own Roster's tables. For the owner to run, after schema.sql:
--     psql -v schema=roster -v app=roster_app -v readonly=roster_readonly -f roles.sql
-- "app" is for members. It can neither change nor empty the tables' definition. "readonly" is for whoever looks.

REVOKE ALL ON SCHEMA :"schema" FROM PUBLIC;
REVOKE ALL ON FUNCTION :"schema".roster_commit_1(text, bigint, bigint, text, bigint, text[], integer[], bytea[],
    bigint[], integer[], bytea[], bytea[], integer, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION :"schema".roster_compact_1(integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION :"schema".roster_queue_apply_1(integer[], text[], integer[], bytea[], bigint[], integer[], bytea[],
    integer[], bytea[], integer[], bytea[], integer[], bytea[], integer[], bytea[], integer[], bytea[], bytea[],
    boolean[], boolean, integer) FROM PUBLIC;

GRANT USAGE ON SCHEMA :"schema" TO :"app", :"readonly";
GRANT SELECT ON :"schema".roster_meta, :"schema".roster_entries, :"schema".roster_changes, :"schema".roster_queue
    TO :"app", :"readonly";
GRANT INSERT, UPDATE ON :"schema".roster_meta TO :"app";
GRANT INSERT, UPDATE, DELETE ON :"schema".roster_entries, :"schema".roster_changes, :"schema".roster_queue
    TO :"app";
GRANT EXECUTE ON FUNCTION :"schema".roster_commit_1(text, bigint, bigint, text, bigint, text[], integer[], bytea[],
    bigint[], integer[], bytea[], bytea[], integer, integer) TO :"app";
GRANT EXECUTE ON FUNCTION :"schema".roster_compact_1(integer) TO :"app";
GRANT EXECUTE ON FUNCTION :"schema".roster_queue_apply_1(integer[], text[], integer[], bytea[], bigint[], integer[], bytea[],
    integer[], bytea[], integer[], bytea[], integer[], bytea[], integer[], bytea[], integer[], bytea[], bytea[],
    boolean[], boolean, integer) TO :"app";
