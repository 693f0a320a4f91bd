package dev.roster.protocol;

import dev.roster.Affinity;
import dev.roster.protocol.placement.Quotas;
import java.util.Arrays;

/**
 * How many keys each participant should hold: by affinity for a key list, by weight for a key
 * space, and never more than it allows.
 */
final class Share {
    private final DivisionRecord division;
    private final ParticipantRecord[] parts;
    private final boolean[] eligible;
    private final long[] hashes;

    /**
     * @param eligible which participants may take anything at all
     */
    Share(DivisionRecord division, ParticipantRecord[] parts, boolean[] eligible, long[] hashes) {
        this.division = division;
        this.parts = parts;
        this.eligible = eligible;
        this.hashes = hashes;
    }

    /**
     * The quotas.
     *
     * @param keys how many keys there are
     * @param have how many each participant holds now
     * @param keep whether each keeps at least what it holds
     */
    int[] quotas(int keys, int[] have, boolean keep) {
        int count = parts.length;
        int[] quotas = new int[count];
        boolean[] capped = new boolean[count];
        int left = keys;
        while (true) {
            long[] measure = measure(capped);
            int[] open = have.clone();
            for (int m = 0; m < count; m++) {
                open[m] = capped[m] ? 0 : have[m];
            }
            int[] next = divide(left, measure, open, keep);
            boolean again = false;
            for (int m = 0; m < count; m++) {
                if (capped[m]) {
                    continue;
                }
                quotas[m] = next[m];
                int most = parts[m].atMost();
                int cap = keep ? Math.max(most, have[m]) : most;
                if (most > 0 && next[m] > cap) {
                    capped[m] = true;
                    quotas[m] = cap;
                    left -= cap;
                    again = true;
                }
            }
            if (!again) {
                return quotas;
            }
            left = Math.max(0, left);
        }
    }

    private int[] divide(int keys, long[] measure, int[] have, boolean keep) {
        if (isLevel()) {
            return keep
                    ? Quotas.levelWithFloor(keys, measure, have, hashes)
                    : Quotas.level(keys, measure, have, hashes);
        }
        return keep
                ? Quotas.proportionalWithFloor(keys, measure, have, hashes)
                : Quotas.proportional(keys, measure, have, hashes);
    }

    private boolean isLevel() {
        return division.partitions() == 0 && division.policy() == Affinity.Policy.LEVEL;
    }

    private long[] measure(boolean[] capped) {
        long[] measure = new long[parts.length];
        Arrays.fill(measure, isLevel() ? Affinity.NONE : 0);
        for (int m = 0; m < parts.length; m++) {
            if (capped[m] || !eligible[m] || parts[m].affinity() == Affinity.NONE) {
                continue;
            }
            if (isLevel()) {
                measure[m] = parts[m].affinity();
            } else if (division.partitions() > 0) {
                measure[m] = parts[m].weight();
            } else {
                measure[m] = Affinity.MOST / Math.max(1, parts[m].affinity());
            }
        }
        return measure;
    }
}
