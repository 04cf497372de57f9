package io.duplex.samples.servers;

import io.duplex.ConnectionOptions;
import io.duplex.Limits;
import io.duplex.Timeouts;
import io.duplex.client.ClientRequest;
import io.duplex.client.ProxyPolicy;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.http.HttpHeaders;
import io.duplex.http.Masked;
import io.duplex.tls.Tls;
import io.duplex.transport.SocketOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Options of the client. */
final class ClientOptions {
    /** Long, because all messages before the server's Close frame are printed, perhaps to a pager. */
    private static final Duration CLOSE_DEADLINE = Duration.ofMinutes(1);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Parameters(paramLabel = "URL",
            description = "Where to connect to, such as ws://127.0.0.1:8080/echo or wss://example.com/")
    private String url;

    @Mixin
    private SocketArguments sockets;

    @Mixin
    private ClientTlsOptions tls;

    @Mixin
    private ProxyArguments proxy;

    @Option(names = "--header", paramLabel = "'N: V'", converter = HeaderConverter.class,
            description = "Send this header field in the handshake. May be repeated.")
    private List<HttpHeaders.Field> headers = List.of();

    @Option(names = "--subprotocol", paramLabel = "P",
            description = "Offer this subprotocol. May be repeated, the preferred one first.")
    private List<String> subprotocols = List.of();

    @Option(names = "--origin", paramLabel = "ORIGIN",
            description = "Connect as if a web page of this origin did, such as https://example.com.")
    private Optional<String> origin = Optional.empty();

    @Option(names = "--deflate", description = "Offer compression (permessage-deflate, RFC 7692).")
    private boolean deflate;

    @Option(names = "--max-message", paramLabel = "SIZE", defaultValue = "1m",
            converter = SizeConverter.class,
            description = "The maximum length of a received message: bytes, or 64k, 16m, 1g. Default: "
                    + "${DEFAULT-VALUE}")
    private long maxMessageBytes;

    /**
     * Returns the request.
     *
     * @throws ParameterException if an option or the address is wrong
     */
    ClientRequest request() {
        try {
            ClientRequest.Builder request = ClientRequest.builder(new URI(url))
                    .options(options())
                    .subprotocols(subprotocols.toArray(String[]::new));
            headers.forEach(field -> request.header(field.name(), field.value()));
            origin.ifPresent(request::origin);
            if (deflate) {
                request.extensions(List.of(PerMessageDeflate.create()));
            }
            return request.build();
        } catch (URISyntaxException e) {
            throw wrong("'" + Masked.uri(url) + "' is no URL: " + e.getReason() + " at character "
                    + (e.getIndex() + 1));
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private ConnectionOptions options() {
        return ConnectionOptions.CLIENT.withLimits(Limits.DEFAULT.withMaxMessageBytes(maxMessageBytes))
                .withTimeouts(Timeouts.DEFAULT.withClose(CLOSE_DEADLINE))
                .withCloseMode(sockets.closeMode());
    }

    /**
     * Returns TLS for a request.
     *
     * @throws IOException        if a file with a key or a certificate cannot be used
     * @throws ParameterException if options contradict each other
     */
    Tls tls(ClientRequest request) throws IOException {
        return tls.chosen(request.secure());
    }

    /**
     * Returns TLS for the connection to the proxy.
     *
     * @throws IOException        if a file with a certificate cannot be used
     * @throws ParameterException if options contradict each other
     */
    Tls proxyTls() throws IOException {
        return proxy.tls();
    }

    /**
     * Returns the proxy.
     *
     * @throws IOException        if its password cannot be read
     * @throws ParameterException if options contradict each other
     */
    ProxyPolicy proxy() throws IOException {
        return proxy.chosen();
    }

    /** Returns the socket options. */
    SocketOptions socketOptions() {
        return sockets.socketOptions();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
