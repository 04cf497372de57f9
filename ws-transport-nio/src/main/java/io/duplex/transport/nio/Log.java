package io.duplex.transport.nio;

import io.duplex.transport.SafeLog;

/**
 * Logger for errors that have no connection to report them to: failures of user code, of accepting, of a
 * loop.
 */
final class Log {
    static final SafeLog LOGGER = SafeLog.of("io.duplex.transport.nio");

    private Log() {}
}
