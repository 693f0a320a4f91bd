/** What a caller pays for asking whether it still owns a key. */
@NullMarked
package dev.roster.bench.check;

import org.jspecify.annotations.NullMarked;
