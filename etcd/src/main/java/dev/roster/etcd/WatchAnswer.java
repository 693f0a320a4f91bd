package dev.roster.etcd;

import java.util.ArrayList;
import java.util.List;

/**
 * One message of a watch.
 *
 * @param compacted when it was cancelled for that: up to where history is gone; else 0
 * @param fragment whether the rest of the same message is to come
 */
record WatchAnswer(
        Header header,
        boolean created,
        boolean cancelled,
        long compacted,
        String reason,
        boolean fragment,
        List<Event> events) {

    /** What happened to a key. */
    record Event(boolean deleted, KeyValue entry) {
        static Event read(ProtoReader from) {
            boolean deleted = false;
            KeyValue entry = new KeyValue(new byte[0], 0, 0, new byte[0]);
            for (int field = from.field(); field != 0; field = from.field()) {
                switch (field) {
                    case 1 -> deleted = from.truth();
                    case 2 -> entry = KeyValue.read(from.message());
                    default -> from.skip();
                }
            }
            return new Event(deleted, entry);
        }
    }

    static WatchAnswer read(byte[] content) {
        ProtoReader from = new ProtoReader(content);
        Header header = Header.NONE;
        boolean created = false;
        boolean cancelled = false;
        long compacted = 0;
        String reason = "";
        boolean fragment = false;
        List<Event> events = new ArrayList<>();
        for (int field = from.field(); field != 0; field = from.field()) {
            switch (field) {
                case 1 -> header = Header.read(from.message());
                case 3 -> created = from.truth();
                case 4 -> cancelled = from.truth();
                case 5 -> compacted = from.number();
                case 6 -> reason = from.text();
                case 7 -> fragment = from.truth();
                case 11 -> events.add(Event.read(from.message()));
                default -> from.skip();
            }
        }
        return new WatchAnswer(header, created, cancelled, compacted, reason, fragment, events);
    }

    /** An answer to a request for progress, or one that etcd sends by itself. */
    boolean isProgress() {
        return !created && !cancelled && !fragment && events.isEmpty();
    }
}
