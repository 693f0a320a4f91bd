/** Real processes on real stores, treated badly. */
@NullMarked
package dev.roster.it.chaos;

import org.jspecify.annotations.NullMarked;
