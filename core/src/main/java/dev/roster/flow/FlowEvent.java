package dev.roster.flow;

import dev.roster.Entry;
import java.util.Optional;

/** Something that a flow tells of one key. */
public sealed interface FlowEvent {
    /** The key, in full. */
    String key();

    /**
     * The revision of the commit that did it. Of one key they grow from event to event, as long as
     * the store does not go back in time. A deletion that was noticed by reading again has that of
     * the reading.
     */
    long revision();

    /** The key is there; told when a flow begins to list. */
    record Listed(Entry entry) implements FlowEvent {
        @Override
        public String key() {
            return entry.key();
        }

        @Override
        public long revision() {
            return entry.modified();
        }
    }

    /** The key was made. */
    record Created(Entry entry) implements FlowEvent {
        @Override
        public String key() {
            return entry.key();
        }

        @Override
        public long revision() {
            return entry.modified();
        }
    }

    /**
     * The key was written again.
     *
     * @param before what it held, if {@link FlowOptions#previous} asks for it
     */
    record Updated(Entry entry, Optional<Entry> before) implements FlowEvent {
        @Override
        public String key() {
            return entry.key();
        }

        @Override
        public long revision() {
            return entry.modified();
        }
    }

    /**
     * The key was deleted.
     *
     * @param before what it held, if {@link FlowOptions#previous} asks for it
     */
    record Deleted(String key, long revision, Optional<Entry> before) implements FlowEvent {}
}
