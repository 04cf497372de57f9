package io.duplex.transport.nio;

import io.duplex.transport.SafeLog;

/** The log for what no layer can report: failures of user code, of accepting, of a loop. */
final class Log {
    static final SafeLog LOGGER = SafeLog.of("io.duplex.transport.nio");

    private Log() {}
}
