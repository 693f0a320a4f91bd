/** Measurements. */
@NullMarked
package dev.roster.bench;

import org.jspecify.annotations.NullMarked;
