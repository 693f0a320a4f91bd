package dev.roster.cli;

import dev.roster.division.KeyState;
import java.time.Instant;

/** A key, for people and for programs. */
final class KeyTexts {
    private KeyTexts() {}

    static String line(KeyState key) {
        String who =
                switch (key.state()) {
                    case WAITING -> key.target().isEmpty() ? "-" : "for " + key.target();
                    case OWNED -> key.owner();
                    case MOVING ->
                            key.target().isEmpty()
                                    ? key.owner() + " gives it up"
                                    : key.owner() + " to " + key.target();
                    case DONE, FAILED -> key.member();
                };
        String error = key.error().isEmpty() ? "" : "  (%s)".formatted(oneLine(key.error()));
        String failures =
                key.attempts() == 0 ? "" : "  %d attempts failed".formatted(key.attempts());
        return "%-8s %-24s %s%s%s"
                .formatted(KeysCommand.lower(key.state()), who, key.key(), failures, error);
    }

    static Json json(KeyState key) {
        Json json =
                new Json()
                        .put("key", key.key())
                        .put("state", KeysCommand.lower(key.state()))
                        .put("attempts", key.attempts())
                        .put("error", key.error())
                        .put("target", key.target())
                        .put("owner", key.owner())
                        .put("token", key.token())
                        .put("member", key.member());
        key.started().map(Instant::toEpochMilli).ifPresent(at -> json.put("started", at));
        key.ended().map(Instant::toEpochMilli).ifPresent(at -> json.put("ended", at));
        return json;
    }

    static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
