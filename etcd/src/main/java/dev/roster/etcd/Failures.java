package dev.roster.etcd;

import dev.roster.RosterException;
import dev.roster.StoreRefusedException;
import dev.roster.StoreUnavailableException;

/** Says what a failed call means to who asked for it. */
final class Failures {
    private Failures() {}

    static RosterException unavailable(CallFailedException failed, EtcdConnection connection) {
        if (failed.isInterrupted()) {
            Thread.currentThread().interrupt();
            return new StoreUnavailableException("interrupted while waiting for etcd", failed);
        }
        return new StoreUnavailableException(
                "%s. Tried: %s.".formatted(failed.getMessage(), connection.servers()), failed);
    }

    static StoreUnavailableException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new StoreUnavailableException("interrupted before etcd was asked", e);
    }

    /** What is said at opening, when the operator can be told what to do. */
    static RosterException atOpening(CallFailedException failed, EtcdConnection connection) {
        if (failed.isRefusal()) {
            return new StoreRefusedException(
                    "%s. Check user and password, and that the user's role may read and write the keys that begin with the namespace."
                            .formatted(failed.getMessage()),
                    failed);
        }
        return new StoreUnavailableException(
                "%s. Tried: %s. Is etcd running there, is this its client port, and is TLS what it expects (etcd:// or etcds://)?"
                        .formatted(failed.getMessage(), connection.servers()),
                failed);
    }
}
