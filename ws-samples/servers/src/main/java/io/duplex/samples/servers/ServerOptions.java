package io.duplex.samples.servers;

import io.duplex.server.HostPolicy;
import io.duplex.server.OriginPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Level;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of all sample servers. */
final class ServerOptions {
    private static final System.Logger LOG = System.getLogger("io.duplex.samples");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private TransportOption transport;

    @Mixin
    private SocketArguments sockets;

    @Mixin
    private ServerTlsOptions tls;

    @Option(names = "--host", paramLabel = "HOST", defaultValue = "127.0.0.1",
            description = { "The address to listen on; 0.0.0.0 for all networks.",
                "Default: ${DEFAULT-VALUE}" })
    private String host;

    @Option(names = "--deflate", description = "Accept compression (permessage-deflate, RFC 7692).")
    private boolean deflate;

    @Option(names = "--max-message", paramLabel = "SIZE", defaultValue = "1m",
            converter = SizeConverter.class,
            description = {
                "The maximum length of a received message: bytes, or 64k, 16m, 1g. Default: "
                        + "${DEFAULT-VALUE}" })
    private long maxMessageBytes;

    @Option(names = { "-v", "--verbose" },
            description = "Show the effective options, and log the events of connections, on standard "
                    + "error.")
    private boolean verbose;

    private final List<String> origins = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private int port;
    private int maxConnections;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080",
            description = "The port to listen on; 0 picks a free one. Default: ${DEFAULT-VALUE}")
    private void port(int value) {
        if (value < 0 || value > 65_535) {
            throw wrong("--port is 0 to 65535, not " + value);
        }
        port = value;
    }

    @Option(names = "--max-connections", paramLabel = "N", defaultValue = "10000",
            description = "How many connections to serve at once; one more gets 503. Default: "
                    + "${DEFAULT-VALUE}")
    private void maxConnections(int value) {
        if (value < 1) {
            throw wrong("--max-connections is at least 1, not " + value);
        }
        maxConnections = value;
    }

    @Option(names = "--origin", paramLabel = "ORIGIN",
            description = {
                "Let web pages of this origin connect too, besides those of this server: https://example.com,"
                        + " https://*.example.com, http://localhost:*, or '*' for any. May be repeated." })
    private void origins(List<String> values) {
        setPatterns(origins, values, "--origin", OriginPolicy::allow);
    }

    @Option(names = "--allow-host", paramLabel = "HOST",
            description = {
                "Serve requests that name this host in Host: app.example.com, *.example.com, or '*' for "
                        + "any; behind a"
                        + " reverse proxy, its name. May be repeated. Default: localhost and the loopback "
                        + "addresses"
                        + " if --host is one of them, else any." })
    private void hosts(List<String> values) {
        setPatterns(hosts, values, "--allow-host", HostPolicy::allow);
    }

    /** @param syntax throws {@link IllegalArgumentException} for a malformed pattern */
    private void setPatterns(List<String> patterns, List<String> values, String option,
            Consumer<String> syntax) {
        patterns.clear();
        for (String value : values) {
            try {
                if (!value.equals("*")) {
                    syntax.accept(value);
                }
            } catch (IllegalArgumentException e) {
                throw wrong(option + ": " + e.getMessage());
            }
            patterns.add(value);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /**
     * Returns the settings.
     *
     * @throws IOException if a file with a key or a certificate cannot be used
     */
    private ServerSettings settings() throws IOException {
        return new ServerSettings(transport.chosen(), host, port, deflate, maxMessageBytes,
                List.copyOf(origins), List.copyOf(hosts),
                maxConnections, sockets.socketOptions(), sockets.closeMode(), tls.chosen(host));
    }

    /**
     * Configures the log, and returns the settings after logging them.
     *
     * @throws IOException if a file with a key or a certificate cannot be used
     */
    ServerSettings prepared() throws IOException {
        Logging.toStandardError(verbose ? Level.FINE : Level.INFO);
        ServerSettings chosen = settings();
        LOG.log(System.Logger.Level.DEBUG, () -> "= " + chosen);
        return chosen;
    }
}
