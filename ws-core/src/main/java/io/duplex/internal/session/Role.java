package io.duplex.internal.session;

/** Which end of the connection this is; the rules that differ (RFC 6455 sections 5.1 and 7.1.1) ask it. */
public enum Role {
    /** Masks what it sends, waits for the server to close TCP. */
    CLIENT,
    /** Refuses unmasked frames, closes TCP first. */
    SERVER
}
