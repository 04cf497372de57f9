package io.duplex;

import io.duplex.http.ResponseHead;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * A proxy opened no tunnel, so that the server was never reached. The message names the proxy and says what
 * came from it.
 */
public final class ProxyException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    private final Reason reason;
    /** Not part of the serialised form, like the response: null after deserialisation. */
    private final transient ProxyServer proxy;
    private final transient ResponseHead response;

    /** What went wrong, by who can act on it. */
    public enum Reason {
        /**
         * There is no connection to the proxy: it cannot be found or reached, or ended the connection before
         * it had answered.
         */
        UNREACHABLE,
        /** The proxy was not there or had not answered when the time for the opening handshake was over. */
        TIMEOUT,
        /** TLS with the proxy itself failed, or the client has none. */
        TLS,
        /**
         * The proxy wants to know who asks, or does not take the credentials, or wants them in a way that
         * Duplex does not speak.
         */
        AUTHENTICATION,
        /** The proxy does not open this tunnel, by its rules. */
        REFUSED,
        /** The proxy could not connect to the server. */
        TARGET,
        /** The proxy's answer is not one of its protocol. */
        PROTOCOL
    }

    /**
     * No tunnel.
     *
     * @param reason  what went wrong
     * @param proxy   which proxy it is
     * @param message one specific sentence
     */
    public ProxyException(Reason reason, ProxyServer proxy, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.proxy = Objects.requireNonNull(proxy, "proxy");
        this.response = null;
    }

    /**
     * No tunnel, because of something else.
     *
     * @param reason  what went wrong
     * @param proxy   which proxy it is
     * @param message one specific sentence
     * @param cause   what happened
     */
    public ProxyException(Reason reason, ProxyServer proxy, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.proxy = Objects.requireNonNull(proxy, "proxy");
        this.response = null;
    }

    /**
     * No tunnel, by an HTTP proxy's answer.
     *
     * @param reason   what went wrong
     * @param proxy    which proxy it is
     * @param message  one specific sentence
     * @param response what the proxy answered
     */
    public ProxyException(Reason reason, ProxyServer proxy, String message, ResponseHead response) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.proxy = Objects.requireNonNull(proxy, "proxy");
        this.response = Objects.requireNonNull(response, "response");
    }

    /**
     * What went wrong.
     *
     * @return the kind
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Which proxy it is.
     *
     * @return empty after deserialisation only
     */
    public Optional<ProxyServer> proxy() {
        return Optional.ofNullable(proxy);
    }

    /**
     * What an HTTP proxy answered.
     *
     * @return empty if it did not, or not with a well-formed head, or it speaks SOCKS
     */
    public Optional<ResponseHead> response() {
        return Optional.ofNullable(response);
    }
}
