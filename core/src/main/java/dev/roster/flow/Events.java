package dev.roster.flow;

import dev.roster.protocol.PathState;
import java.util.Optional;

/** Makes events of what is new. */
final class Events {
    private Events() {}

    static FlowEvent of(PathState.Told told) {
        return switch (told) {
            case PathState.Told.Listed listed -> new FlowEvent.Listed(listed.entry());
            case PathState.Told.Created created -> new FlowEvent.Created(created.entry());
            case PathState.Told.Updated updated ->
                    new FlowEvent.Updated(updated.entry(), Optional.ofNullable(updated.before()));
            case PathState.Told.Deleted deleted ->
                    new FlowEvent.Deleted(
                            deleted.key(),
                            deleted.revision(),
                            Optional.ofNullable(deleted.before()));
        };
    }
}
