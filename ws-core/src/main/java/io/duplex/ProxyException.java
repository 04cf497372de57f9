package io.duplex;

import io.duplex.http.ResponseHead;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * A proxy opened no tunnel, so the server was never reached. The message names the proxy and its answer.
 */
public final class ProxyException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The kind of failure. */
    private final Reason reason;
    /** Not part of the serialised form, like the response: null after deserialisation. */
    private final transient ProxyServer proxy;
    private final transient ResponseHead response;

    /** The kind of failure, by what can be done about it. */
    public enum Reason {
        /**
         * There is no connection to the proxy: it cannot be found or reached, or ended the connection before
         * its answer.
         */
        UNREACHABLE,
        /** The proxy was not connected or had not answered at the deadline of the opening handshake. */
        TIMEOUT,
        /** TLS with the proxy itself failed, or the client has none. */
        TLS,
        /**
         * The proxy requires authentication, rejects the credentials, or requires a scheme that Duplex does
         * not support.
         */
        AUTHENTICATION,
        /** The rules of the proxy forbid this tunnel. */
        REFUSED,
        /** The proxy could not connect to the server. */
        TARGET,
        /** The proxy's answer violates its protocol. */
        PROTOCOL
    }

    /**
     * No tunnel.
     *
     * @param reason  the kind of failure
     * @param proxy   the proxy
     * @param message one specific sentence
     */
    public ProxyException(Reason reason, ProxyServer proxy, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.proxy = Objects.requireNonNull(proxy, "proxy");
        this.response = null;
    }

    /**
     * No tunnel, because of another exception.
     *
     * @param reason  the kind of failure
     * @param proxy   the proxy
     * @param message one specific sentence
     * @param cause   the other exception
     */
    public ProxyException(Reason reason, ProxyServer proxy, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.proxy = Objects.requireNonNull(proxy, "proxy");
        this.response = null;
    }

    /**
     * No tunnel, because of an HTTP proxy's answer.
     *
     * @param reason   the kind of failure
     * @param proxy    the proxy
     * @param message  one specific sentence
     * @param response the proxy's answer
     */
    public ProxyException(Reason reason, ProxyServer proxy, String message, ResponseHead response) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.proxy = Objects.requireNonNull(proxy, "proxy");
        this.response = Objects.requireNonNull(response, "response");
    }

    /**
     * Returns the kind of failure.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Returns the proxy.
     *
     * @return empty after deserialisation only
     */
    public Optional<ProxyServer> proxy() {
        return Optional.ofNullable(proxy);
    }

    /**
     * Returns the answer of an HTTP proxy.
     *
     * @return empty if there was none, or none with a well-formed head, or with SOCKS
     */
    public Optional<ResponseHead> response() {
        return Optional.ofNullable(response);
    }
}
