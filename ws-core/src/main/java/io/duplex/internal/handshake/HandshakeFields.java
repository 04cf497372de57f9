package io.duplex.internal.handshake;

/**
 * The header fields of the opening handshake, as they are written (RFC 6455 section 11.3), and their fixed
 * values.
 */
final class HandshakeFields {
    static final String HOST = "Host";
    static final String UPGRADE = "Upgrade";
    static final String CONNECTION = "Connection";
    static final String KEY = "Sec-WebSocket-Key";
    static final String VERSION = "Sec-WebSocket-Version";
    static final String ACCEPT = "Sec-WebSocket-Accept";
    static final String PROTOCOL = "Sec-WebSocket-Protocol";
    static final String EXTENSIONS = "Sec-WebSocket-Extensions";
    static final String ORIGIN = "Origin";
    static final String COOKIE = "Cookie";
    static final String AUTHORIZATION = "Authorization";

    /** The value of {@link #UPGRADE}, compared without case. */
    static final String WEBSOCKET = "websocket";
    /** The only version there is (RFC 6455 section 4.1); the numbers below it were drafts. */
    static final String VERSION_13 = "13";

    private HandshakeFields() {}
}
