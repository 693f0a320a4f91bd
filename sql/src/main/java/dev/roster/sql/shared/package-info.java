/**
 * What the stores of this module have in common: how callers wait for the one thread that writes,
 * and how a queue's places become keys. Nothing here is for applications.
 */
@NullMarked
package dev.roster.sql.shared;

import org.jspecify.annotations.NullMarked;
