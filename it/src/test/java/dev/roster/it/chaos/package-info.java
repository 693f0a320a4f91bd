/** Real processes on a real store, killed, frozen, stopped and joined at random. */
@NullMarked
package dev.roster.it.chaos;

import org.jspecify.annotations.NullMarked;
