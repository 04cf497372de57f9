package io.duplex.internal.protocol;

/** The endpoint of a connection that this is; some rules differ (RFC 6455 sections 5.1 and 7.1.1). */
public enum Role {
    /** Masks what it sends, and waits for the server to close TCP. */
    CLIENT,
    /** Refuses unmasked frames, and closes TCP first. */
    SERVER
}
