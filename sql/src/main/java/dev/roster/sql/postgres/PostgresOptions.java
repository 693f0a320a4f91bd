package dev.roster.sql.postgres;

import dev.roster.StoreRefusedException;
import java.util.regex.Pattern;

/**
 * How a PostgreSQL store is used. Immutable.
 *
 * @param schema the schema that the tables are in: lower case letters, digits and underscores, at
 *     most 31, beginning with a letter or an underscore; made if it does not exist
 * @param pooler what stands between this process and the server
 * @param ties whether others may see that this process is gone by its broken session
 */
public record PostgresOptions(String schema, Pooler pooler, boolean ties) {
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,30}");

    /** Schema {@code roster}, the pooler found out, with ties. */
    public static final PostgresOptions DEFAULTS = new PostgresOptions("roster", Pooler.AUTO, true);

    public PostgresOptions {
        if (!NAME.matcher(schema).matches()) {
            throw new StoreRefusedException(
                    "The schema's name has %d characters that do not all fit: use lower case letters, digits and underscores, at most 31, such as roster."
                            .formatted(schema.length()));
        }
    }

    /** The same in another schema. */
    public PostgresOptions withSchema(String other) {
        return new PostgresOptions(other, pooler, ties);
    }

    /** The same behind another pooler. */
    public PostgresOptions withPooler(Pooler other) {
        return new PostgresOptions(schema, other, ties);
    }

    /** The same, with or without ties. */
    public PostgresOptions withTies(boolean with) {
        return new PostgresOptions(schema, pooler, with);
    }
}
