/**
 * Member processes on one SQLite file: how long keys take to move when members join, leave, die or
 * freeze, and what members cost that do nothing.
 */
@NullMarked
package dev.roster.bench.cluster;

import org.jspecify.annotations.NullMarked;
