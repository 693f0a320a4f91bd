/** Jobs whose handlers end, fill up or hang the process that runs them. */
@NullMarked
package dev.roster.it.poison;

import org.jspecify.annotations.NullMarked;
