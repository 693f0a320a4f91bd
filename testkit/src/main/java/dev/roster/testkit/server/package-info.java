/**
 * Real servers of a test's own: on free ports, in folders that are deleted, gone when the JVM is.
 */
@NullMarked
package dev.roster.testkit.server;

import org.jspecify.annotations.NullMarked;
