package io.duplex;

import java.util.Optional;

/**
 * The connection is over, in blocking style: messages of the peer may be missing, or a message cannot be
 * sent. {@code receive} throws it after an end that is not {@linkplain CloseInfo#normal() normal}, so that a
 * loop that ends without it has received all that the peer sent. It is unchecked, as the usual loop is
 * written around calls that all may throw it.
 *
 * @see WebSocket#receive()
 */
public final class ConnectionClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient CloseInfo closeInfo;

    /**
     * Says what could not be done on which connection.
     *
     * @param message   a sentence
     * @param closeInfo how the connection ended; empty while its end is still under way
     */
    public ConnectionClosedException(String message, Optional<CloseInfo> closeInfo) {
        super(message + closeInfo.map(info -> ": " + info).orElse(""),
                closeInfo.flatMap(CloseInfo::cause).orElse(null));
        this.closeInfo = closeInfo.orElse(null);
    }

    /**
     * Returns how the connection ended.
     *
     * @return present if {@code receive} threw because of the way in which the connection ended; empty if a
     *                 message could not be sent, or was cut, and the end of the connection is still under
     *                 way: {@link WebSocket#closeFuture()} completes then
     */
    public Optional<CloseInfo> closeInfo() {
        return Optional.ofNullable(closeInfo);
    }
}
