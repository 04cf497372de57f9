package io.duplex.transport.bio.driver;

import io.duplex.transport.SafeLog;

/** Logger for errors that have no connection to report them to: failures of user code and of accepting. */
final class Log {
    static final SafeLog LOGGER = SafeLog.of("io.duplex.transport.blocking");

    private Log() {}
}
