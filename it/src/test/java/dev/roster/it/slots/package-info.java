/** Slots held by real processes that are killed, frozen and asked to leave. */
@NullMarked
package dev.roster.it.slots;

import org.jspecify.annotations.NullMarked;
