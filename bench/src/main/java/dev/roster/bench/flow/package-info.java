/** What a flow tells in a second, and how soon it tells it. */
@NullMarked
package dev.roster.bench.flow;

import org.jspecify.annotations.NullMarked;
