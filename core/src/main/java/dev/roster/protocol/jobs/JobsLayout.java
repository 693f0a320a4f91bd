package dev.roster.protocol.jobs;

/**
 * Where the few records of a queue are that are watched.
 *
 * <pre>
 * j/QUEUE/queue    what all have to agree on
 * j/QUEUE/control  what operators want
 * j/QUEUE/look     where something was taken out
 * j/QUEUE/s/NAME   a recurring job
 * j/QUEUE/w/MEMBER what a consumer has, by the incarnation of its member
 * </pre>
 */
public final class JobsLayout {
    private static final String ALL = "j/";
    private final String prefix;

    /** The records of a queue. */
    public JobsLayout(String queue) {
        prefix = ALL + queue.replace("%", "%25").replace("/", "%2F") + "/";
    }

    /** What all of them begin with. */
    public String prefix() {
        return prefix;
    }

    /** What all have to agree on. */
    public String queue() {
        return prefix + "queue";
    }

    /** What operators want. */
    public String control() {
        return prefix + "control";
    }

    /** Where something was taken out. */
    public String look() {
        return prefix + "look";
    }

    /** What the records of consumers begin with, before the incarnations of their members. */
    public String consumers() {
        return prefix + "w/";
    }

    /** What the records of recurring jobs begin with, before their names. */
    public String schedules() {
        return prefix + "s/";
    }
}
