package dev.roster.testkit.check;

import org.jspecify.annotations.Nullable;

/**
 * What one checker found in a run.
 *
 * @param id of the statement
 * @param tier when it holds
 * @param statement what is promised
 * @param checks how many times something was looked at that could have been otherwise; 0: the run
 *     proved nothing about it
 * @param violation the first one, or null
 */
public record Judgement(
        String id,
        Checker.Tier tier,
        String statement,
        long checks,
        @Nullable Violated violation) {}
