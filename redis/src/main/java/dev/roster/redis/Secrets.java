package dev.roster.redis;

import java.util.List;

/** Texts that must not be told to anybody. */
final class Secrets {
    private final List<String> texts;

    Secrets(List<String> texts) {
        this.texts = texts.stream().filter(text -> !text.isEmpty()).toList();
    }

    /** The message without them. */
    String scrub(String message) {
        String scrubbed = message;
        for (String text : texts) {
            scrubbed = scrubbed.replace(text, "***");
        }
        return scrubbed;
    }

    @Override
    public String toString() {
        return "***";
    }
}
