/** Others who divide work, as processes that obey the benchmark's commands. */
package dev.roster.bench.peers;
