package io.duplex.internal.runtime;

import io.duplex.transport.CauseText;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;

/** Makes exceptions of the same type as others, so that applications can distinguish failures to connect. */
public final class ConnectFailures {
    private ConnectFailures() {}

    /**
     * Joins the failures of several addresses in one exception.
     *
     * @param message  what the exception says
     * @param failures at least one; they become its suppressed exceptions
     * @return of their type if that is one, else a {@link ConnectException}
     */
    static IOException of(String message, List<IOException> failures) {
        Class<?> type = failures.getFirst().getClass();
        IOException all = failures.stream().allMatch(failure -> failure.getClass() == type)
                ? named(failures.getFirst(), message)
                : new ConnectException(message);
        failures.forEach(all::addSuppressed);
        return all;
    }

    /** Returns an exception of this type, or of its nearest supertype that can be created. */
    private static IOException named(IOException failure, String message) {
        return switch (failure) {
            case NoRouteToHostException unreachable -> new NoRouteToHostException(message);
            case UnknownHostException unknown -> new UnknownHostException(message);
            case SocketTimeoutException silent -> new SocketTimeoutException(message);
            case ConnectException refused -> new ConnectException(message);
            default -> new IOException(message);
        };
    }

    /**
     * Returns an exception for the calling thread from one of another thread, so that its trace shows the
     * caller.
     *
     * @param failure what another thread has thrown
     * @return of the same type, with the same message and suppressed exceptions, and {@code failure} as its
     *         cause
     */
    public static IOException here(IOException failure) {
        IOException own = named(failure, CauseText.of(failure));
        own.initCause(failure);
        for (Throwable other : failure.getSuppressed()) {
            own.addSuppressed(other);
        }
        return own;
    }
}
