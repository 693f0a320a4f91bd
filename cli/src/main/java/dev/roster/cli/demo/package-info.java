/** The demonstration: real processes, real files, a kill, a freeze, and a check at the end. */
@NullMarked
package dev.roster.cli.demo;

import org.jspecify.annotations.NullMarked;
