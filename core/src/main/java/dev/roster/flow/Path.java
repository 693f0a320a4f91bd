package dev.roster.flow;

import dev.roster.Limits;
import dev.roster.store.Range;

/**
 * A path of the store and what lies below it: {@code /async} is the key {@code /async} and all that
 * begin with {@code /async/}, never {@code /async2}. One that ends with a slash is what begins so;
 * the empty one is everything.
 */
record Path(String text) {
    Path {
        if (!text.isEmpty()) {
            Limits.checkedStoreKey(text);
        }
    }

    private boolean isPrefix() {
        return text.isEmpty() || text.endsWith("/");
    }

    boolean contains(String key) {
        return key.startsWith(text)
                && (isPrefix()
                        || key.length() == text.length()
                        || key.charAt(text.length()) == '/');
    }

    /** All that lies below it, and between. */
    Range range() {
        return isPrefix()
                ? Range.prefix(text)
                : new Range(text, Range.prefix(text + "/").to(), Integer.MAX_VALUE);
    }
}
