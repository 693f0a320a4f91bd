package dev.roster.store;

import java.util.Comparator;

/** The order of texts by their UTF-8 bytes, which is the order of their code points. */
public final class Utf8Order {
    /** The order as a comparator. */
    public static final Comparator<String> COMPARATOR = Utf8Order::compare;

    private Utf8Order() {}

    /** Less than, equal to or above zero as {@code a} comes before, with or after {@code b}. */
    public static int compare(String a, String b) {
        int end = Math.min(a.length(), b.length());
        for (int at = 0; at < end; at++) {
            char x = a.charAt(at);
            char y = b.charAt(at);
            if (x != y) {
                // UTF-16 puts the supplementary planes (surrogates) below U+E000; UTF-8 above.
                boolean xHigh = Character.isSurrogate(x);
                boolean yHigh = Character.isSurrogate(y);
                if (xHigh != yHigh) {
                    return xHigh ? 1 : -1;
                }
                return x < y ? -1 : 1;
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
