package io.duplex.transport.bio.driver;

/** Where the driver says what no layer can be told: failures of user code and of accepting. */
final class Log {
    static final System.Logger LOGGER = System.getLogger("io.duplex.transport.blocking");

    private Log() {}

    static void failure(String what, Throwable cause) {
        LOGGER.log(System.Logger.Level.WARNING, "! " + what, cause);
    }
}
