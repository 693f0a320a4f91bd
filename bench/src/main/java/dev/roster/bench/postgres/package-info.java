/** The PostgreSQL store by itself, beside the bare driver. */
@NullMarked
package dev.roster.bench.postgres;

import org.jspecify.annotations.NullMarked;
