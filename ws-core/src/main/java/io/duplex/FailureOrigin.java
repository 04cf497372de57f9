package io.duplex;

/**
 * The origin of a failure that ends a connection. It decides the log level, not the type of the exception.
 */
public enum FailureOrigin {
    /**
     * The application threw: a callback, a {@link ConnectionListener}, or an executor that rejects a task.
     */
    APPLICATION,
    /**
     * The peer or the network: a broken rule, an exceeded limit or deadline, a reset, an end without a Close
     * frame.
     */
    PEER,
    /** This library or an extension threw: a bug, or lack of memory. */
    LIBRARY
}
