package io.duplex.tls;

import javax.net.ssl.SSLException;

/**
 * A failure of TLS with a peer. The message is one sentence: what was expected and what was received.
 * {@link #reason} classifies it for programs, in the same way with each provider.
 */
public final class TlsException extends SSLException {
    private static final long serialVersionUID = 1L;

    /** The kinds of failure. */
    public enum Reason {
        /** The received bytes are not TLS, such as plain HTTP on a TLS port. */
        NOT_TLS,
        /** The handshake was not finished at its deadline. */
        TIMED_OUT,
        /** The connection ended without close_notify, or inside a handshake. */
        TRUNCATED,
        /** The peers have no protocol version, cipher suite, group or signature in common. */
        NOTHING_IN_COMMON,
        /** The peer's certificate was not issued by a trusted authority. */
        UNTRUSTED,
        /** The peer's certificate has expired, or is not valid yet. */
        EXPIRED,
        /** The peer's certificate is for another name. */
        NAME_MISMATCH,
        /** The peer's key is not among the pinned ones. */
        PIN_MISMATCH,
        /** The peer must send a certificate and sent none. */
        CERTIFICATE_MISSING,
        /** The peer ended TLS with an alert. */
        REFUSED_BY_PEER,
        /** The peer broke a rule of TLS, or its bytes were changed on the network path. */
        PROTOCOL
    }

    /** The kind of failure. */
    private final Reason reason;

    /**
     * Makes a failure that Duplex has found.
     *
     * @param reason  the kind of failure
     * @param message one sentence
     */
    public TlsException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Makes a failure that the provider has found.
     *
     * @param reason  the kind of failure
     * @param message one sentence
     * @param cause   the exception of the provider
     */
    public TlsException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * Returns the kind of failure.
     *
     * @return the reason, the same with each provider
     */
    public Reason reason() {
        return reason;
    }
}
