package dev.roster.testkit.proxy;

/**
 * Reads both directions of one connection from its begin, and takes notifications out of the
 * replies. What was not a whole frame yet is kept until it is. For one connection; both directions
 * may be used by different threads.
 */
interface Notices {
    /** The client sent this. */
    void sent(byte[] request);

    /**
     * The server sent this.
     *
     * @param drop whether notifications are to be left out
     * @return what the client is to get
     */
    byte[] received(byte[] reply, boolean drop);

    /** How many were left out. */
    long dropped();

    /** Knows nothing, and passes everything on. */
    final class None implements Notices {
        @Override
        public void sent(byte[] request) {}

        @Override
        public byte[] received(byte[] reply, boolean drop) {
            return reply;
        }

        @Override
        public long dropped() {
            return 0;
        }
    }
}
