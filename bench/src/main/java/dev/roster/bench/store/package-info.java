/** The SQLite store by itself, beside the bare driver. */
@NullMarked
package dev.roster.bench.store;

import org.jspecify.annotations.NullMarked;
