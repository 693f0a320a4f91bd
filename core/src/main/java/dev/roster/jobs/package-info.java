/**
 * Jobs: work that is submitted once, survives every process, and is done by a group.
 *
 * <p><b>Overview.</b> A {@link dev.roster.jobs.Producer} submits a {@link dev.roster.jobs.Job} to a
 * queue. A {@link dev.roster.jobs.Consumer} runs handlers for it, as one of a group: the partitions
 * of the queue are shared out among the members, and whoever owns a partition does its jobs. {@link
 * dev.roster.jobs.JobsAdmin} shows what is there and cancels, retries, drops and pauses.
 *
 * <p><b>Nobody claims a job.</b> Only a partition's owner reads it, so a job costs one write when
 * it is submitted and its share of one when it is finished, together with all that finished
 * meanwhile. That write carries the fence of the ownership: what a former owner has to say is
 * refused, however late it comes.
 *
 * <p><b>At least once.</b> A job is done again when its process ended before that was written. What
 * has to happen once is done in the transaction that finishes it ({@link
 * dev.roster.jobs.ActiveJob#completeWith}), or is made harmless to repeat by the job's id, which
 * stays the same.
 *
 * <p><b>Order.</b> Jobs of one key are done one after another where the task's {@link
 * dev.roster.jobs.TaskOptions#order} says so, among those of the same priority, in the order in
 * which one producer submitted them.
 *
 * <p><b>Again and again.</b> {@link dev.roster.jobs.Recurring} jobs are submitted once for each
 * fire time of a {@link dev.roster.jobs.Schedule}, by the owner of the partition of its name. How
 * far a schedule has come stands in the queue and is moved on in the batch that submits, so that it
 * does not matter who thinks to be the owner.
 *
 * <p><b>Who is authoritative.</b> The shelves of the {@link dev.roster.store.Queue}; what is
 * decided about them is in the package {@code protocol.jobs}, here are the threads: for each
 * consumer one that reads and one that writes, one that looks after schedules, and a virtual one
 * for each job that runs.
 */
@NullMarked
package dev.roster.jobs;

import org.jspecify.annotations.NullMarked;
