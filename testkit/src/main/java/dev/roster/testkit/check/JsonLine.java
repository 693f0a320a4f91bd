package dev.roster.testkit.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A flat JSON object on one line: texts, whole numbers, true and false, and lists of texts. */
public final class JsonLine {
    private final StringBuilder out = new StringBuilder("{");

    /** Adds a field: a text, a list of texts, a whole number, true or false. */
    public JsonLine put(String name, Object value) {
        if (out.length() > 1) {
            out.append(',');
        }
        quote(name);
        out.append(':');
        if (value instanceof List<?> list) {
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                out.append(i == 0 ? "" : ",");
                quote(String.valueOf(list.get(i)));
            }
            out.append(']');
        } else if (value instanceof String text) {
            quote(text);
        } else {
            out.append(value);
        }
        return this;
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    @Override
    public String toString() {
        return out + "}";
    }

    /**
     * Reads a line; numbers become {@link Long}.
     *
     * @throws IllegalArgumentException it is no such object
     */
    public static Map<String, Object> parse(String line) {
        try {
            return new Parser(line).object();
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("Not a line of JSON: " + line, e);
        }
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        Map<String, Object> object() {
            Map<String, Object> fields = new LinkedHashMap<>();
            expect('{');
            while (!ends('}')) {
                String name = string();
                expect(':');
                fields.put(name, value());
            }
            return fields;
        }

        private Object value() {
            char c = peek();
            if (c == '"') {
                return string();
            }
            if (c == '[') {
                List<String> list = new ArrayList<>();
                at++;
                while (!ends(']')) {
                    list.add(string());
                }
                return list;
            }
            int start = at;
            while ("{}[],:\" ".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String word = text.substring(start, at);
            return switch (word) {
                case "true" -> true;
                case "false" -> false;
                default -> Long.valueOf(word);
            };
        }

        private String string() {
            expect('"');
            StringBuilder read = new StringBuilder();
            while (text.charAt(at) != '"') {
                char c = text.charAt(at++);
                if (c == '\\') {
                    c = text.charAt(at++);
                    if (c == 'u') {
                        c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                        at += 4;
                    } else if (c == 'n') {
                        c = '\n';
                    } else if (c == 't') {
                        c = '\t';
                    }
                }
                read.append(c);
            }
            at++;
            return read.toString();
        }

        private char peek() {
            while (text.charAt(at) == ' ') {
                at++;
            }
            return text.charAt(at);
        }

        private void expect(char wanted) {
            if (peek() != wanted) {
                throw new IllegalArgumentException("Not a line of JSON: " + text);
            }
            at++;
        }

        /** Whether the closing bracket is next; a comma before the next item is passed over. */
        private boolean ends(char closing) {
            if (peek() == closing) {
                at++;
                return true;
            }
            if (peek() == ',') {
                at++;
            }
            return false;
        }
    }
}
