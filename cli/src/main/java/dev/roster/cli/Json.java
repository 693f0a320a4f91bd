package dev.roster.cli;

import java.util.List;

/** One JSON object on one line, written field by field. */
final class Json {
    private final StringBuilder out = new StringBuilder("{");

    Json put(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    Json put(String name, long value) {
        name(name);
        out.append(value);
        return this;
    }

    Json put(String name, boolean value) {
        name(name);
        out.append(value);
        return this;
    }

    Json putNull(String name) {
        name(name);
        out.append("null");
        return this;
    }

    Json put(String name, Json value) {
        name(name);
        out.append(value);
        return this;
    }

    Json put(String name, List<Json> values) {
        name(name);
        out.append('[');
        for (int at = 0; at < values.size(); at++) {
            out.append(at == 0 ? "" : ",").append(values.get(at));
        }
        out.append(']');
        return this;
    }

    /** The object; on it no field may follow. */
    @Override
    public String toString() {
        return out + "}";
    }

    private void name(String name) {
        if (out.length() > 1) {
            out.append(',');
        }
        quote(name);
        out.append(':');
    }

    private void quote(String text) {
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    // Line separators and lone surrogates are escaped, so that any reader copes.
                    if (c < 0x20 || c == 0x7f || c == 0x2028 || c == 0x2029 || lone(text, at)) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean lone(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c)
                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
