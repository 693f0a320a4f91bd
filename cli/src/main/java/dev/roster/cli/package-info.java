/** The <code>roster</code> command. */
@NullMarked
package dev.roster.cli;

import org.jspecify.annotations.NullMarked;
