/** How long placing keys takes, how much moves, and how even it is; beside Kafka's assignor. */
@NullMarked
package dev.roster.bench.placement;

import org.jspecify.annotations.NullMarked;
