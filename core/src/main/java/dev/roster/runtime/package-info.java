/** The one place with threads and clocks: carries out what the protocols decide. */
@NullMarked
package dev.roster.runtime;

import org.jspecify.annotations.NullMarked;
