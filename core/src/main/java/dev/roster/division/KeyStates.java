package dev.roster.division;

import dev.roster.Entry;
import dev.roster.protocol.CorruptRecordException;
import dev.roster.protocol.KeyRecord;
import dev.roster.protocol.MemberRecord;
import dev.roster.protocol.OwnerRecord;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes of a key's records what its state is. */
final class KeyStates {
    private static final KeyRecord UNREADABLE =
            new KeyRecord(KeyRecord.State.WANTED, 0, "", "", 0, 0, 0);

    private KeyStates() {}

    /**
     * The state of a key.
     *
     * @param entry its own record, null for a partition, which has none
     * @param members the incarnations that are members: what another one is said to own, nobody
     *     does
     */
    static KeyState of(
            String key,
            @Nullable Entry entry,
            @Nullable Entry target,
            @Nullable Entry owner,
            Set<String> members) {
        KeyRecord record = UNREADABLE;
        String holder = "";
        long token = 0;
        String error;
        try {
            record = entry == null ? KeyRecord.NEW : KeyRecord.parse(entry.value());
            if (owner != null) {
                OwnerRecord held = OwnerRecord.parse(owner.value());
                if (members.contains(held.incarnation())) {
                    holder = held.incarnation();
                    token = OwnerRecord.token(held.era(), owner.modified());
                }
            }
            error = record.error();
        } catch (CorruptRecordException e) {
            error = "The stored record cannot be read: " + e.getMessage();
        }
        String aimed = target == null ? "" : target.value().toUtf8();
        return new KeyState(
                key,
                state(record, holder, aimed),
                record.attempts(),
                error,
                MemberRecord.nameOf(aimed),
                MemberRecord.nameOf(holder),
                token == 0 ? record.token() : token,
                record.member(),
                instant(record.startedMillis()),
                instant(record.endedMillis()));
    }

    private static KeyState.State state(KeyRecord record, String holder, String aimed) {
        return switch (record.state()) {
            case DONE -> KeyState.State.DONE;
            case FAILED -> KeyState.State.FAILED;
            case WANTED -> {
                if (holder.isEmpty()) {
                    yield KeyState.State.WAITING;
                }
                yield holder.equals(aimed) ? KeyState.State.OWNED : KeyState.State.MOVING;
            }
        };
    }

    private static Optional<Instant> instant(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
