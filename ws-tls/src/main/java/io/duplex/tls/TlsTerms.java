package io.duplex.tls;

import java.time.Duration;

/**
 * What a TLS layer needs to know besides its engine.
 *
 * @param peer             who the other end is said to be, for messages: host and port on a client
 * @param check            what is checked when the handshake is over
 * @param handshakeTimeout how long TLS may take, from the first call of the connection on
 * @param halfCloses       whether the engine goes on sending in TLS 1.3 after the peer's close_notify
 * @param budget           who may compute a handshake now
 */
record TlsTerms(String peer, PeerCheck check, Duration handshakeTimeout, boolean halfCloses,
        HandshakeBudget budget) {}
