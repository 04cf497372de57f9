package io.duplex.tls;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** What is checked behind the provider's own checks, at the end of a handshake and before a byte of data. */
@FunctionalInterface
interface PeerCheck {
    /** Nothing more. */
    PeerCheck NONE = session -> {};

    /**
     * Checks the peer of a finished handshake.
     *
     * @throws SSLException if the peer is not who it should be; the message says what was expected and what
     * came
     */
    void check(SSLSession session) throws SSLException;
}
