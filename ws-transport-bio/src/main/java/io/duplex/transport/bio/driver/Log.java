package io.duplex.transport.bio.driver;

import io.duplex.transport.SafeLog;

/** The log for what no layer can report: failures of user code and of accepting. */
final class Log {
    static final SafeLog LOGGER = SafeLog.of("io.duplex.transport.blocking");

    private Log() {}
}
