package io.duplex;

/**
 * Where a failure that ends a connection came from. A log decides by it, not by the type of the exception.
 */
public enum FailureOrigin {
    /**
     * The application threw: a callback, a {@link ConnectionListener}, or an executor that accepts no task.
     */
    APPLICATION,
    /**
     * The peer or the network: a broken rule, an exceeded limit or deadline, a reset, an end without a Close
     * frame.
     */
    PEER,
    /** This library or an extension threw: a bug, or too little memory. */
    LIBRARY
}
