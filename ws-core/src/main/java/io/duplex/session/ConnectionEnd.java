package io.duplex.session;

/**
 * Marks what a blocking method throws because the connection has ended. A handler that lets it out has not
 * failed: it ends with its connection.
 */
public interface ConnectionEnd {
    /**
     * Whether an exception, or what caused it, says that the connection has ended.
     *
     * @param thrown what came out of a handler
     * @return true if it is marked
     */
    static boolean isCauseOf(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof ConnectionEnd) {
                return true;
            }
        }
        return false;
    }
}
