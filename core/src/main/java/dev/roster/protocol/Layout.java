package dev.roster.protocol;

/**
 * Where a group's records are. The names of group and division are escaped, so that no name can
 * reach into another's records; a key comes last and is itself, so that keys sort and are found by
 * prefix as they are.
 *
 * <pre>
 * b/GROUP/INCARNATION          beats, apart from the rest because they change all the time
 * g/GROUP/era                  outlives the group's deletion
 * g/GROUP/group                what members have to agree on
 * g/GROUP/view                 the latest view
 * g/GROUP/m/INCARNATION        members
 * g/GROUP/a/INCARNATION        acknowledgements
 * g/GROUP/d/DIVISION/division  what its members have to agree on
 * g/GROUP/d/DIVISION/plan      head of the plan
 * g/GROUP/d/DIVISION/p/INCARNATION  participants
 * g/GROUP/d/DIVISION/h/N       the last changes of the plan
 * g/GROUP/d/DIVISION/k/KEY     keys
 * g/GROUP/d/DIVISION/t/KEY     targets: who should own
 * g/GROUP/d/DIVISION/o/KEY     ownership: who does
 * g/GROUP/d/DIVISION/r/KEY     keys given back, and by whom
 * </pre>
 */
public final class Layout {
    private final String group;
    private final String beats;

    /** The records of a group. */
    public Layout(String group) {
        this.group = "g/" + escape(group) + "/";
        this.beats = "b/" + escape(group) + "/";
    }

    /** All records but the beats. */
    public String prefix() {
        return group;
    }

    /** All beats. */
    public String beats() {
        return beats;
    }

    /** Where groups are. */
    public static String groups() {
        return "g/";
    }

    /** The group that a store key belongs to. */
    public static String groupOf(String storeKey) {
        return unescape(storeKey.substring(2, storeKey.indexOf('/', 2)));
    }

    public String beat(String incarnation) {
        return beats + incarnation;
    }

    public String era() {
        return group + "era";
    }

    public String group() {
        return group + "group";
    }

    public String view() {
        return group + "view";
    }

    public String members() {
        return group + "m/";
    }

    public String member(String incarnation) {
        return group + "m/" + incarnation;
    }

    public String acks() {
        return group + "a/";
    }

    public String ack(String incarnation) {
        return group + "a/" + incarnation;
    }

    public String divisions() {
        return group + "d/";
    }

    /** The records of one division. */
    public Division division(String name) {
        return new Division(group + "d/" + escape(name) + "/");
    }

    /** The name of the division that a store key below {@link #divisions} belongs to. */
    public String divisionOf(String storeKey) {
        int start = group.length() + 2;
        return unescape(storeKey.substring(start, storeKey.indexOf('/', start)));
    }

    /**
     * Where the records of one division are.
     *
     * @param prefix what they all begin with
     */
    public record Division(String prefix) {
        public String division() {
            return prefix + "division";
        }

        public String plan() {
            return prefix + "plan";
        }

        public String participants() {
            return prefix + "p/";
        }

        public String participant(String incarnation) {
            return prefix + "p/" + incarnation;
        }

        public String changes() {
            return prefix + "h/";
        }

        public String change(long epoch) {
            return prefix + "h/" + epoch % MoveRecord.CHANGES_KEPT;
        }

        public String keys() {
            return prefix + "k/";
        }

        public String key(String key) {
            return prefix + "k/" + key;
        }

        public String targets() {
            return prefix + "t/";
        }

        public String target(String key) {
            return prefix + "t/" + key;
        }

        public String owners() {
            return prefix + "o/";
        }

        public String owner(String key) {
            return prefix + "o/" + key;
        }

        public String returns() {
            return prefix + "r/";
        }

        public String returned(String key) {
            return prefix + "r/" + key;
        }
    }

    private static String escape(String name) {
        return name.replace("%", "%25").replace("/", "%2F");
    }

    private static String unescape(String name) {
        return name.replace("%2F", "/").replace("%25", "%");
    }
}
