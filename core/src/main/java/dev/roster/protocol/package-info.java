/** The deterministic core: events and the time in, effects out. No clock, thread, random or I/O. */
@NullMarked
package dev.roster.protocol;

import org.jspecify.annotations.NullMarked;
