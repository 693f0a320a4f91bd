package dev.roster.redis;

import dev.roster.store.Place;
import dev.roster.store.QueueRange;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Places as members of a sorted set, whose bytes are in their order. */
final class Places {
    private static final HexFormat HEX = HexFormat.of();
    private static final int DUE_DIGITS = 16;
    private static final int ID_AT = 1 + DUE_DIGITS;

    private Places() {}

    private static String text(Place place) {
        return place.rank() + HEX.toHexDigits(place.due(), DUE_DIGITS) + place.id();
    }

    static byte[] bytes(Place place) {
        return text(place).getBytes(StandardCharsets.US_ASCII);
    }

    static Place of(String member) {
        return new Place(
                member.charAt(0) - '0',
                HexFormat.fromHexDigitsToLong(member, 1, ID_AT),
                member.substring(ID_AT));
    }

    /** Where a range begins, as ZRANGEBYLEX is told. */
    static byte[] from(QueueRange range) {
        Place from = range.from();
        return Names.bytes(from == null ? "-" : "[" + text(from));
    }

    /** The same, after a member that was read. */
    static byte[] after(String member) {
        return Names.bytes("(" + member);
    }

    static byte[] to(QueueRange range) {
        Place to = range.to();
        return Names.bytes(to == null ? "+" : "(" + text(to));
    }
}
