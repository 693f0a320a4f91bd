/** Where a key goes: what asking costs, and how evenly and how steadily keys are spread. */
@NullMarked
package dev.roster.bench.route;

import org.jspecify.annotations.NullMarked;
