package dev.roster.jobs;

import dev.roster.InvalidInputException;
import dev.roster.Limits;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds who can read a schedule. */
final class ScheduleProviders {
    private ScheduleProviders() {}

    static Schedule of(String text) {
        int space = text.indexOf(' ');
        String kind = space < 0 ? text : text.substring(0, space);
        String rest = space < 0 ? "" : text.substring(space + 1);
        if (kind.equals(Every.KIND)) {
            return Every.parse(rest);
        }
        TreeMap<String, ScheduleProvider> known = new TreeMap<>();
        for (ScheduleProvider provider : ServiceLoader.load(ScheduleProvider.class)) {
            known.put(provider.kind(), provider);
        }
        ScheduleProvider provider = known.get(kind);
        if (provider == null) {
            String kinds = String.join(", ", known.keySet());
            throw new InvalidInputException(
                    "The schedule %s is of no kind that is known here: %s."
                            .formatted(
                                    Limits.quoted(text),
                                    kinds.isEmpty() ? Every.KIND : Every.KIND + ", " + kinds));
        }
        return provider.parse(rest);
    }
}
