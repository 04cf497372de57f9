package io.duplex;

import java.util.Optional;

/**
 * The connection is over, in blocking style: messages of the peer may be missing, or a message cannot be
 * sent. {@code receive} throws it after an end that is not {@linkplain CloseInfo#normal() normal}, so that a
 * loop that ends without it has received everything that the peer sent. It is unchecked, because every call
 * in the usual loop may throw it.
 *
 * @see WebSocket#receive()
 */
public final class ConnectionClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient CloseInfo closeInfo;

    /**
     * Names the operation that failed, and its connection.
     *
     * @param message   a sentence
     * @param closeInfo how the connection ended; empty while it is still closing
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
     *         message could not be sent, or was cut, while the connection is still closing: {@link
     *         WebSocket#closeFuture()} completes later
     */
    public Optional<CloseInfo> closeInfo() {
        return Optional.ofNullable(closeInfo);
    }
}
