package dev.roster.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command whose arguments have places for values. A value lands inside one argument and is never
 * split or read by a shell.
 */
record CommandTemplate(List<String> words) {
    CommandTemplate {
        words = List.copyOf(words);
    }

    /** The command with its places filled. What a value contains is not looked at. */
    List<String> with(Map<String, String> places) {
        List<String> filled = new ArrayList<>();
        for (String word : words) {
            StringBuilder out = new StringBuilder();
            int at = 0;
            while (at < word.length()) {
                at += place(word, at, places, out);
            }
            filled.add(out.toString());
        }
        return filled;
    }

    private static int place(String word, int at, Map<String, String> places, StringBuilder out) {
        for (Map.Entry<String, String> place : places.entrySet()) {
            if (word.startsWith(place.getKey(), at)) {
                out.append(place.getValue());
                return place.getKey().length();
            }
        }
        out.append(word.charAt(at));
        return 1;
    }
}
