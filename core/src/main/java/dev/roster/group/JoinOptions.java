package dev.roster.group;

import dev.roster.Bytes;
import dev.roster.InvalidInputException;
import dev.roster.Limits;
import dev.roster.protocol.Timing;
import java.time.Duration;
import java.util.Objects;

/**
 * How a member joins. Start from {@link #defaults} and change what differs.
 *
 * @param name what the member calls itself, "" for one made of the host's name and the process id;
 *     not unique: a process that restarts under its old name inherits what the old one held
 * @param lease how long a member may act on its last beat, and how long the others wait before they
 *     take it for dead; the same for all members of a group
 * @param version the version of the program, "" if it does not matter; while two are up in one
 *     group, no key moves for balance
 * @param replaces the name of the member that this one takes over from in a rolling deploy, "" for
 *     none
 * @param metadata what the member publishes of itself, such as an address, up to {@link
 *     Limits#METADATA_BYTES} bytes
 * @param slotStop how long a slot's handler may take to stop before the others go on without it
 * @param joinWithin how long {@link Group#join} waits for the store
 */
public record JoinOptions(
        String name,
        Duration lease,
        String version,
        String replaces,
        String metadata,
        Duration slotStop,
        Duration joinWithin) {

    public JoinOptions {
        Objects.requireNonNull(lease);
        if (!name.isEmpty()) {
            Limits.checkedName("member name", name);
        }
        if (!version.isEmpty()) {
            Limits.checkedName("version", version);
        }
        if (!replaces.isEmpty()) {
            Limits.checkedName("name of the replaced member", replaces);
        }
        Limits.checkedSize("metadata", Bytes.utf8(metadata), Limits.METADATA_BYTES);
        Duration least = Duration.ofNanos(Timing.MIN_LEASE_NANOS);
        Duration most = Duration.ofNanos(Timing.MAX_LEASE_NANOS);
        if (lease.compareTo(least) < 0 || lease.compareTo(most) > 0) {
            throw new InvalidInputException(
                    "The lease is %s, and the limit is %s to %s.".formatted(lease, least, most));
        }
    }

    /** A lease of 15 seconds, a name of its own, nothing else. */
    public static JoinOptions defaults() {
        return new JoinOptions(
                "",
                Duration.ofSeconds(15),
                "",
                "",
                "",
                Duration.ofSeconds(5),
                Duration.ofSeconds(30));
    }

    /** The same with another {@link #name}. */
    public JoinOptions withName(String value) {
        return new JoinOptions(value, lease, version, replaces, metadata, slotStop, joinWithin);
    }

    /** The same with another {@link #lease}. */
    public JoinOptions withLease(Duration value) {
        return new JoinOptions(name, value, version, replaces, metadata, slotStop, joinWithin);
    }

    /** The same with another {@link #version}. */
    public JoinOptions withVersion(String value) {
        return new JoinOptions(name, lease, value, replaces, metadata, slotStop, joinWithin);
    }

    /** The same with another {@link #replaces}. */
    public JoinOptions withReplaces(String value) {
        return new JoinOptions(name, lease, version, value, metadata, slotStop, joinWithin);
    }

    /** The same with other {@link #metadata}. */
    public JoinOptions withMetadata(String value) {
        return new JoinOptions(name, lease, version, replaces, value, slotStop, joinWithin);
    }

    /** The same with another {@link #slotStop}. */
    public JoinOptions withSlotStop(Duration value) {
        return new JoinOptions(name, lease, version, replaces, metadata, value, joinWithin);
    }

    /** The same with another {@link #joinWithin}. */
    public JoinOptions withJoinWithin(Duration value) {
        return new JoinOptions(name, lease, version, replaces, metadata, slotStop, value);
    }
}
