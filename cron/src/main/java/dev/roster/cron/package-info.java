/**
 * Cron expressions as schedules of recurring jobs.
 *
 * <p>A library reads the expressions and finds the local times that they mean, without a zone; what
 * the clocks of a zone make of these is decided in {@link dev.roster.cron.Cron}, so that it is the
 * same for all expressions and can be said in three sentences.
 */
@NullMarked
package dev.roster.cron;

import org.jspecify.annotations.NullMarked;
