/** Stores on SQL databases. */
@NullMarked
package dev.roster.sql;

import org.jspecify.annotations.NullMarked;
