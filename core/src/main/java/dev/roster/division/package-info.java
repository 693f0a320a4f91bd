/** Divisions: who owns which key, and how it proves it. */
@NullMarked
package dev.roster.division;

import org.jspecify.annotations.NullMarked;
