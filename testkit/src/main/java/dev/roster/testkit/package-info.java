/** What a store must pass, and the simulation of whole groups. */
@NullMarked
package dev.roster.testkit;

import org.jspecify.annotations.NullMarked;
