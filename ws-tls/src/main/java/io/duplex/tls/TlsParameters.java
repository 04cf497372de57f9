package io.duplex.tls;

import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * The parameters of a TLS layer, apart from its engine.
 *
 * @param peer             the name of the peer in messages: host and port on a client
 * @param check            the check at the end of a handshake
 * @param handshakeTimeout the maximum duration of TLS's handshake, from the connection's first call on
 * @param halfCloses       whether the engine goes on sending in TLS 1.3 after the peer's close_notify
 * @param budget           the limit of handshakes that are computed at the same time
 */
record TlsParameters(String peer, PeerCheck check, Duration handshakeTimeout, boolean halfCloses,
        HandshakeBudget budget) {
    /** A check after the provider's own, at the end of a handshake and before any data. */
    @FunctionalInterface
    interface PeerCheck {
        /** Checks nothing. */
        PeerCheck NONE = session -> {};

        /**
         * Checks the peer of a finished handshake.
         *
         * @throws SSLException if the peer is not the expected one; the message says what was expected and
         *         what came
         */
        void check(SSLSession session) throws SSLException;
    }
}
