/** Jobs, beside other libraries that do jobs, and on every store. */
@NullMarked
package dev.roster.bench.jobs;

import org.jspecify.annotations.NullMarked;
