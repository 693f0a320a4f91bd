/** Jobs of Roster and of others, each as a process that obeys the benchmark's commands. */
package dev.roster.bench.schedulers;
