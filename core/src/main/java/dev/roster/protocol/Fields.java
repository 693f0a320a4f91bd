package dev.roster.protocol;

import dev.roster.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How records are written: a line with the record's type and version, then a line for each field,
 * {@code name=value}. Backslash and line break are escaped, and the comma inside lists. Any tool
 * can show it; unknown fields are passed over, so that older members live with newer ones.
 */
final class Fields {
    private static final int MAX_FIELDS = 64;

    private final StringBuilder out = new StringBuilder();
    private final Map<String, String> values;

    private Fields(Map<String, String> values) {
        this.values = values;
    }

    /** An empty record of a type, to be filled. */
    static Fields of(String type) {
        Fields fields = new Fields(new LinkedHashMap<>());
        fields.out.append(type).append(" 1");
        return fields;
    }

    Fields put(String name, String value) {
        out.append('\n').append(name).append('=');
        escape(value, false, out);
        return this;
    }

    Fields put(String name, long value) {
        out.append('\n').append(name).append('=').append(value);
        return this;
    }

    Fields put(String name, List<String> list) {
        out.append('\n').append(name).append('=');
        for (String item : list) {
            escape(item, true, out);
            out.append(',');
        }
        return this;
    }

    Bytes toBytes() {
        return Bytes.utf8(out.toString());
    }

    /** Reads a record. */
    static Fields parse(String type, Bytes content) throws CorruptRecordException {
        String text = content.toUtf8();
        int end = text.indexOf('\n');
        String head = end < 0 ? text : text.substring(0, end);
        if (!head.equals(type + " 1")) {
            throw new CorruptRecordException("it does not begin with \"" + type + " 1\"");
        }
        Map<String, String> values = new LinkedHashMap<>();
        while (end >= 0) {
            int next = text.indexOf('\n', end + 1);
            String line = next < 0 ? text.substring(end + 1) : text.substring(end + 1, next);
            int equals = line.indexOf('=');
            if (equals < 0 || values.size() >= MAX_FIELDS) {
                throw new CorruptRecordException("it has a line that is no field");
            }
            values.put(line.substring(0, equals), line.substring(equals + 1));
            end = next;
        }
        return new Fields(values);
    }

    String text(String name) throws CorruptRecordException {
        String value = values.get(name);
        if (value == null) {
            throw new CorruptRecordException("the field \"" + name + "\" is missing");
        }
        return unescape(value);
    }

    String text(String name, String otherwise) throws CorruptRecordException {
        return values.containsKey(name) ? text(name) : otherwise;
    }

    long number(String name) throws CorruptRecordException {
        try {
            return Long.parseLong(text(name));
        } catch (NumberFormatException e) {
            throw new CorruptRecordException("the field \"" + name + "\" is no number");
        }
    }

    List<String> list(String name) throws CorruptRecordException {
        @Nullable String value = values.get(name);
        if (value == null) {
            throw new CorruptRecordException("the field \"" + name + "\" is missing");
        }
        List<String> items = new ArrayList<>();
        int start = 0;
        boolean escaped = false;
        for (int at = 0; at < value.length(); at++) {
            if (escaped) {
                escaped = false;
            } else if (value.charAt(at) == '\\') {
                escaped = true;
            } else if (value.charAt(at) == ',') {
                items.add(unescape(value.substring(start, at)));
                start = at + 1;
            }
        }
        if (start != value.length()) {
            throw new CorruptRecordException("the list \"" + name + "\" is cut short");
        }
        return items;
    }

    private static void escape(String value, boolean inList, StringBuilder out) {
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case ',' -> out.append(inList ? "\\," : ",");
                default -> out.append(c);
            }
        }
    }

    private static String unescape(String value) throws CorruptRecordException {
        if (value.indexOf('\\') < 0) {
            return value;
        }
        StringBuilder plain = new StringBuilder(value.length());
        boolean escaped = false;
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (escaped) {
                plain.append(c == 'n' ? '\n' : c);
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else {
                plain.append(c);
            }
        }
        if (escaped) {
            throw new CorruptRecordException("a value ends within an escape");
        }
        return plain.toString();
    }
}
