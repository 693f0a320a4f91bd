/** Very many jobs that wait, and a process with little memory that does them. */
@NullMarked
package dev.roster.it.waiting;

import org.jspecify.annotations.NullMarked;
