package io.duplex.tls;

import javax.net.ssl.SSLException;

/**
 * TLS with a peer failed. The message is one sentence that says what was expected and what came;
 * {@link #reason} says the same to a program, whichever provider did the work.
 */
public final class TlsException extends SSLException {
    private static final long serialVersionUID = 1L;

    /** Why TLS failed. */
    public enum Reason {
        /** The bytes that came are not TLS, such as plain HTTP on a TLS port. */
        NOT_TLS,
        /** The handshake was not over at its deadline. */
        TIMED_OUT,
        /** The connection ended where TLS says that more should come. */
        TRUNCATED,
        /** The two ends have no protocol version, cipher suite, group or signature in common. */
        NOTHING_IN_COMMON,
        /** No trusted authority vouches for the peer's certificate. */
        UNTRUSTED,
        /** The peer's certificate is out of its time. */
        EXPIRED,
        /** The peer's certificate is for another name. */
        NAME_MISMATCH,
        /** The peer's key is none of those that were pinned. */
        PIN_MISMATCH,
        /** The peer has to show a certificate and showed none. */
        CERTIFICATE_MISSING,
        /** The peer broke TLS off with an alert. */
        REFUSED_BY_PEER,
        /** The peer broke a rule of TLS, or its bytes were changed on the way. */
        PROTOCOL
    }

    /** What it was. */
    private final Reason reason;

    /**
     * A failure that was found here.
     *
     * @param reason  why
     * @param message one sentence
     */
    public TlsException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * A failure that the provider found.
     *
     * @param reason  why
     * @param message one sentence
     * @param cause   what the provider threw
     */
    public TlsException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * Why TLS failed.
     *
     * @return the reason, the same on each provider
     */
    public Reason reason() {
        return reason;
    }
}
