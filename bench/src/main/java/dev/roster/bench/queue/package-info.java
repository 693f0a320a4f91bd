/** Measures queues, in the stores' own way and in the general one. */
@NullMarked
package dev.roster.bench.queue;

import org.jspecify.annotations.NullMarked;
