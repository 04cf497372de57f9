package io.duplex.client;

import io.duplex.ConnectionOptions;
import io.duplex.ProxyServer;
import io.duplex.extension.ExtensionNegotiation;
import io.duplex.extension.ExtensionProvider;
import io.duplex.http.BasicCredentials;
import io.duplex.http.HttpHeaders;
import io.duplex.internal.handshake.HandshakeRequest;
import io.duplex.internal.handshake.Origin;
import io.duplex.internal.handshake.ReservedFields;
import io.duplex.internal.handshake.Subprotocols;
import io.duplex.internal.handshake.WebSocketUri;
import io.duplex.internal.runtime.ConnectRequest;
import java.net.CookieHandler;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * A request for a connection (RFC 6455 sections 3 and 4.1). Immutable and reusable: each
 * connection made from it has its own key. A value only: nothing is resolved or connected here.
 */
public final class ClientRequest {
    private static final String AUTHORIZATION = "Authorization";

    private final ConnectRequest config;
    /** Null for the client's default. */
    private final ProxyPolicy proxy;

    private ClientRequest(Builder builder) {
        this.proxy = builder.proxy;
        this.config = new ConnectRequest(new HandshakeRequest(WebSocketUri.of(builder.uri),
                withCredentials(builder.headers, BasicCredentials.of(builder.uri)), builder.subprotocols,
                builder.extensions, builder.origin, builder.cookies, builder.maxRedirects,
                builder.redirectFields), builder.options, builder.executor, builder.address,
                proxy == null ? null : proxy::choose);
        if (config.address() != null && proxy != null) {
            throw new IllegalArgumentException("The request names an address to connect to and a proxy;"
                    + " a proxy finds the host's address itself");
        }
    }

    /** The plain values, for the connection. */
    ConnectRequest config() {
        return config;
    }

    private HandshakeRequest handshake() {
        return config.handshake();
    }

    private WebSocketUri target() {
        return config.handshake().target();
    }

    private static HttpHeaders withCredentials(HttpHeaders headers, Optional<String> credentials) {
        if (credentials.isEmpty()) {
            return headers;
        }
        if (headers.contains(AUTHORIZATION)) {
            throw new IllegalArgumentException(
                    "There are credentials in the URI and in the header field Authorization");
        }
        return headers.toBuilder().add(AUTHORIZATION, credentials.get()).build();
    }

    /**
     * Returns a request with the defaults.
     *
     * @param uri as for {@link #builder}
     * @return the request
     * @throws IllegalArgumentException if it is not a WebSocket URI; the message says why
     */
    public static ClientRequest of(URI uri) {
        return builder(uri).build();
    }

    /**
     * Returns a builder with the defaults: no subprotocols, no extensions, no origin, no cookies, no
     * redirects.
     *
     * @param uri ws or wss, with a host and without a fragment. The port is 80 for ws and 443 for wss unless
     *            given. User information is sent as {@code Authorization: Basic}
     * @return a new builder
     */
    public static Builder builder(URI uri) {
        return new Builder(uri);
    }

    /**
     * Returns a builder that starts with this request.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder(uri());
        builder.headers = headers();
        builder.subprotocols = subprotocols();
        builder.extensions = extensions();
        builder.origin = handshake().origin();
        builder.cookies = handshake().cookies();
        builder.maxRedirects = maxRedirects();
        builder.redirectFields = redirectFields();
        builder.options = config.options();
        builder.executor = config.executor();
        builder.address = config.address();
        builder.proxy = proxy;
        return builder;
    }

    /**
     * Returns the target, normalised.
     *
     * @return the URI without user information and default port
     */
    public URI uri() {
        return target().toUri();
    }

    /**
     * Returns whether the connection uses TLS.
     *
     * @return true for wss
     */
    public boolean secure() {
        return target().secure();
    }

    /**
     * Returns the host to connect to.
     *
     * @return a name or an address in ASCII and lower case, an IPv6 address without brackets
     */
    public String host() {
        return target().host();
    }

    /**
     * Returns the port to connect to.
     *
     * @return 1 to 65535
     */
    public int port() {
        return target().port();
    }

    /**
     * Returns the value of the {@code Host} field.
     *
     * @return the host, an IPv6 address in brackets, and the port unless it is the default
     */
    public String hostField() {
        return target().authority().toString();
    }

    /**
     * Returns the resource name (RFC 6455 section 3).
     *
     * @return path and query, beginning with a slash
     */
    public String resourceName() {
        return target().resourceName();
    }

    /**
     * Returns the additional fields of the request.
     *
     * @return the fields, {@code Authorization} included if the URI had user information
     */
    public HttpHeaders headers() {
        return handshake().headers();
    }

    /**
     * Returns the offered subprotocols.
     *
     * @return in the order of preference, possibly empty
     */
    public List<String> subprotocols() {
        return handshake().subprotocols();
    }

    /**
     * Returns the offered extensions.
     *
     * @return in the order of preference, possibly empty
     */
    public List<ExtensionProvider> extensions() {
        return handshake().extensions();
    }

    /**
     * Returns the value of the {@code Origin} field.
     *
     * @return empty if there is none, as is usual for clients that are not browsers
     */
    public Optional<String> origin() {
        return Optional.ofNullable(handshake().origin());
    }

    /**
     * Returns the store of cookies.
     *
     * @return empty if cookies are not kept
     */
    public Optional<CookieHandler> cookies() {
        return Optional.ofNullable(handshake().cookies());
    }

    /**
     * Returns the maximum number of redirects.
     *
     * @return 0 if none
     */
    public int maxRedirects() {
        return handshake().maxRedirects();
    }

    /**
     * Returns the names of the header fields that are also sent after a redirect to another host.
     *
     * @return compares without case; {@code Sec-WebSocket-Protocol} stands for the subprotocols
     */
    public Set<String> redirectFields() {
        return handshake().redirectFields();
    }

    /**
     * Returns the options of the connection.
     *
     * @return empty for the client's default
     */
    public Optional<ConnectionOptions> options() {
        return Optional.ofNullable(config.options());
    }

    /**
     * Returns the executor that runs the callbacks of the connection.
     *
     * @return empty for the client's default
     */
    public Optional<Executor> executor() {
        return Optional.ofNullable(config.executor());
    }

    /**
     * Returns the address to connect to instead of the URI's host.
     *
     * @return empty for the URI's host and port
     */
    public Optional<SocketAddress> address() {
        return Optional.ofNullable(config.address());
    }

    /**
     * Returns the policy that chooses the proxy.
     *
     * @return empty for the client's default
     */
    public Optional<ProxyPolicy> proxy() {
        return Optional.ofNullable(proxy);
    }

    /** The URI without credentials and query. */
    @Override
    public String toString() {
        return "ClientRequest[" + target() + "]";
    }

    /** Collects the parts. Not thread-safe. */
    public static final class Builder {
        private URI uri;
        private HttpHeaders headers = HttpHeaders.of();
        private List<String> subprotocols = List.of();
        private List<ExtensionProvider> extensions = List.of();
        private String origin;
        private CookieHandler cookies;
        private int maxRedirects;
        private Set<String> redirectFields = Set.of();
        private ConnectionOptions options;
        private Executor executor;
        private SocketAddress address;
        private ProxyPolicy proxy;

        private Builder(URI uri) {
            uri(uri);
        }

        /**
         * Sets the target. With another host or port, a previously set {@link #address} is dropped.
         *
         * @param value as for {@link ClientRequest#builder}
         * @return this
         */
        public Builder uri(URI value) {
            URI before = uri;
            uri = Objects.requireNonNull(value, "uri");
            if (before != null && !(Objects.equals(before.getHost(), uri.getHost())
                    && before.getPort() == uri.getPort())) {
                address = null;
            }
            return this;
        }

        /**
         * Adds a field.
         *
         * @param name  none of the fields that the handshake generates
         * @param value its value
         * @return this
         * @throws IllegalArgumentException if the field is reserved or malformed; the message names it
         */
        public Builder header(String name, String value) {
            return headers(headers.toBuilder().add(name, value).build());
        }

        /**
         * Replaces all added fields.
         *
         * @param value none of the fields that the handshake generates
         * @return this
         * @throws IllegalArgumentException if a field is reserved; the message names it
         */
        public Builder headers(HttpHeaders value) {
            headers = ReservedFields.requireFreeOnClients(value);
            return this;
        }

        /**
         * Sets the subprotocols to offer.
         *
         * @param names tokens in the order of preference, none twice
         * @return this
         * @throws IllegalArgumentException if one is not a token or is there twice; the message names it
         */
        public Builder subprotocols(String... names) {
            subprotocols = Subprotocols.require(List.of(names));
            return this;
        }

        /**
         * Sets the extensions to offer.
         *
         * @param value in the order of preference, none twice
         * @return this
         * @throws IllegalArgumentException if one is there twice; the message names it
         */
        public Builder extensions(List<ExtensionProvider> value) {
            extensions = ExtensionNegotiation.requireDistinct(value);
            return this;
        }

        /**
         * Sets the {@code Origin} to send, for servers that check it.
         *
         * @param value such as {@code https://example.com}
         * @return this
         * @throws IllegalArgumentException if it is not an origin
         */
        public Builder origin(String value) {
            if (Origin.parse(value).isEmpty()) {
                throw new IllegalArgumentException("An origin is a scheme, a host and perhaps a port,"
                        + " such as https://example.com");
            }
            origin = Objects.requireNonNull(value, "origin");
            return this;
        }

        /**
         * Sets the store of cookies to send and for received ones, under the URI with http in place of ws. It
         * is called on the connection's thread.
         *
         * @param value such as a {@link java.net.CookieManager}
         * @return this
         */
        public Builder cookies(CookieHandler value) {
            cookies = Objects.requireNonNull(value, "cookies");
            return this;
        }

        /**
         * Sets the maximum number of redirects. Redirects from wss to ws are refused. Header fields and
         * subprotocols, which may be tokens, are not sent to another host, except {@link #redirectFields}.
         *
         * @param value 0 for none, which is the default
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder maxRedirects(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("maxRedirects is " + value + ", less than 0");
            }
            maxRedirects = value;
            return this;
        }

        /**
         * Declares header fields of this request not secret, so that they are also sent after a redirect to
         * another host. By default there are none.
         *
         * @param names names of fields, such as {@code User-Agent}; {@code Sec-WebSocket-Protocol} for the
         *         subprotocols
         * @return this
         * @throws IllegalArgumentException if one is not a token, or contains credentials: {@code
         *                                  Authorization}, {@code Cookie}; the message names it
         */
        public Builder redirectFields(String... names) {
            redirectFields = ReservedFields.requireRedirectable(List.of(names));
            return this;
        }

        /**
         * Sets the options of the connection.
         *
         * @param value in place of the client's default
         * @return this
         */
        public Builder options(ConnectionOptions value) {
            options = Objects.requireNonNull(value, "options");
            return this;
        }

        /**
         * Runs the connection's callbacks on an executor; see {@link WebSocketClient.Builder#executor}.
         *
         * @param value in place of the client's default; {@code Runnable::run} stays on the transport's
         * thread
         * @return this
         */
        public Builder executor(Executor value) {
            executor = Objects.requireNonNull(value, "executor");
            return this;
        }

        /**
         * Sets an address to connect to instead of resolving the URI's host, whose name is still sent in the
         * {@code Host} field: a Unix domain socket (on transports that support it), one of several servers of
         * a name, a forwarded port. The client's proxy is not used then.
         *
         * @param value an Internet address, or a {@link java.net.UnixDomainSocketAddress}
         * @return this
         */
        public Builder address(SocketAddress value) {
            address = Objects.requireNonNull(value, "address");
            return this;
        }

        /**
         * Sets a proxy for this connection.
         *
         * @param value in place of the client's default
         * @return this
         */
        public Builder proxy(ProxyServer value) {
            return proxy(ProxyPolicy.always(value));
        }

        /**
         * Sets the policy that chooses the proxy, for this connection and again for each redirect.
         *
         * @param value in place of the client's default; {@link ProxyPolicy#none()} for a direct connection
         * @return this
         */
        public Builder proxy(ProxyPolicy value) {
            proxy = Objects.requireNonNull(value, "proxy");
            return this;
        }

        /**
         * Builds the request. The builder can be reused.
         *
         * @return the request
         * @throws IllegalArgumentException if the URI is not a WebSocket URI, or there are credentials in it
         *                                  and in a field, or an address and a proxy; the message says why
         */
        public ClientRequest build() {
            return new ClientRequest(this);
        }
    }
}
