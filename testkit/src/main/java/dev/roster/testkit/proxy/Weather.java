package dev.roster.testkit.proxy;

import java.time.Duration;

/**
 * What a network does to all connections of a {@link TcpProxy}, until told otherwise.
 *
 * @param requestsCut nothing reaches the server; it waits on the way and arrives when the cut is
 *     over, as retransmitted packets do
 * @param repliesCut nothing reaches the client; as above
 * @param delay how long each piece is on its way, in each direction
 * @param withoutNotices notifications are dropped, answers are not
 * @param refusing connections are reset as soon as they are made
 */
public record Weather(
        boolean requestsCut,
        boolean repliesCut,
        Duration delay,
        boolean withoutNotices,
        boolean refusing) {
    /** Nothing is done to anything. */
    public static final Weather FAIR = new Weather(false, false, Duration.ZERO, false, false);

    /** The same with another {@link #requestsCut} and {@link #repliesCut}. */
    public Weather withCut(boolean requests, boolean replies) {
        return new Weather(requests, replies, delay, withoutNotices, refusing);
    }

    /** The same with another {@link #delay}. */
    public Weather withDelay(Duration value) {
        return new Weather(requestsCut, repliesCut, value, withoutNotices, refusing);
    }

    /** The same with another {@link #withoutNotices}. */
    public Weather withoutNotices(boolean value) {
        return new Weather(requestsCut, repliesCut, delay, value, refusing);
    }

    /** The same with another {@link #refusing}. */
    public Weather withRefusing(boolean value) {
        return new Weather(requestsCut, repliesCut, delay, withoutNotices, value);
    }
}
