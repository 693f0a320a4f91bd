package dev.roster.protocol.jobs;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is to be read, together. */
public record Reading(List<Want> wants) {
    public Reading {
        wants = List.copyOf(wants);
    }

    /** The partitions that something is to be read of. */
    Set<Part> parts() {
        Set<Part> parts = new LinkedHashSet<>();
        wants.forEach(want -> parts.add(want.part));
        return parts;
    }

    /** Whether it reads from the very beginning, and nothing else. */
    boolean isSweep() {
        return wants.getFirst().kind == Kind.SWEEP;
    }

    /** What a stretch is read for. */
    enum Kind {
        /** What the last owner left. */
        LEFT,
        /** What is due. */
        DUE,
        /** When the next is due. */
        NEXT,
        /** Whether ranks are in use. */
        GAP,
        /** Whether a job is still there. */
        LOOK,
        /** What took effect long after it was due. */
        SWEEP
    }

    /** One stretch: {@code atMost} entries from a spot on, before another. */
    public static final class Want {
        final Part part;
        final Kind kind;
        private final Ledger ledger;
        private final @Nullable Spot from;
        private final @Nullable Spot to;
        private final int atMost;

        Want(Part part, Kind kind, @Nullable Spot from, @Nullable Spot to, int atMost) {
            this.part = part;
            this.kind = kind;
            this.ledger = kind == Kind.LEFT ? Ledger.PROGRESS : Ledger.WORK;
            this.from = from;
            this.to = to;
            this.atMost = atMost;
        }

        /** The partition. */
        public int partition() {
            return part.partition;
        }

        /** The shelf. */
        public Ledger ledger() {
            return ledger;
        }

        /** The first that belongs to it; null for the beginning. */
        public @Nullable Spot from() {
            return from;
        }

        /** The first that does not; null for no end. */
        public @Nullable Spot to() {
            return to;
        }

        /** How many entries at most. */
        public int atMost() {
            return atMost;
        }
    }
}
