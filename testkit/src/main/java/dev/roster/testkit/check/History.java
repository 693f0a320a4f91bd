package dev.roster.testkit.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Observations as lines of JSON, one object each: {@code {"kind":"WorkStarted","at":1,...}}. Each
 * process appends to a file of its own; {@link #merge} brings the files together by time.
 */
public final class History {
    private static final Map<String, Class<?>> KINDS = kinds();

    private History() {}

    /** The line for an observation, without its end. */
    public static String toLine(Observation observation) {
        JsonLine line = new JsonLine();
        line.put("kind", observation.getClass().getSimpleName());
        for (RecordComponent component : observation.getClass().getRecordComponents()) {
            try {
                line.put(component.getName(), component.getAccessor().invoke(observation));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return line.toString();
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException it is no observation
     */
    public static Observation fromLine(String text) {
        Map<String, Object> fields = JsonLine.parse(text);
        Class<?> kind = KINDS.get(String.valueOf(fields.get("kind")));
        if (kind == null) {
            throw new IllegalArgumentException("No observation: " + text);
        }
        RecordComponent[] components = kind.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            Object value = fields.get(components[i].getName());
            if (value == null) {
                throw new IllegalArgumentException(
                        "Without %s: %s".formatted(components[i].getName(), text));
            }
            values[i] = types[i] == int.class ? (Object) ((Long) value).intValue() : value;
        }
        try {
            return (Observation) kind.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("No observation: " + text, e);
        }
    }

    /** Appends one line. */
    public static void write(Observation observation, Writer out) {
        try {
            out.append(toLine(observation)).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads all lines; the last one may be cut short, by a process that was killed. */
    public static List<Observation> read(BufferedReader in) {
        List<String> lines = in.lines().filter(line -> !line.isBlank()).toList();
        List<Observation> read = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            try {
                read.add(fromLine(lines.get(i)));
            } catch (IllegalArgumentException e) {
                if (i < lines.size() - 1) {
                    throw e;
                }
            }
        }
        return read;
    }

    /** Several histories as one, by time; at the same time in the order of the files. */
    public static List<Observation> merge(List<List<Observation>> histories) {
        List<Observation> all = new ArrayList<>();
        histories.forEach(all::addAll);
        all.sort(Comparator.comparingLong(Observation::at));
        return all;
    }

    private static Map<String, Class<?>> kinds() {
        Map<String, Class<?>> kinds = new LinkedHashMap<>();
        addKinds(Observation.class, kinds);
        return kinds;
    }

    private static void addKinds(Class<?> of, Map<String, Class<?>> kinds) {
        for (Class<?> kind : of.getPermittedSubclasses()) {
            if (kind.isInterface()) {
                addKinds(kind, kinds);
            } else {
                kinds.put(kind.getSimpleName(), kind);
            }
        }
    }
}
