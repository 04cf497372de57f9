package io.duplex.transport.nio;

/** Where the transport says what no layer can be told: failures of user code, of accepting, of a loop. */
final class Log {
    static final System.Logger LOGGER = System.getLogger("io.duplex.transport.nio");

    private Log() {}

    static void warning(String what) {
        LOGGER.log(System.Logger.Level.WARNING, "! " + what);
    }

    static void failure(String what, Throwable cause) {
        LOGGER.log(System.Logger.Level.WARNING, "! " + what, cause);
    }
}
