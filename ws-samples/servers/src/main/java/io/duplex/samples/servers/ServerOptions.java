package io.duplex.samples.servers;

import io.duplex.server.HostPolicy;
import io.duplex.server.OriginPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that all sample servers have. */
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
            description = { "Where to listen; 0.0.0.0 for all the network.", "Default: ${DEFAULT-VALUE}" })
    private String host;

    @Option(names = "--deflate", description = "Accept compression (permessage-deflate, RFC 7692).")
    private boolean deflate;

    @Option(names = "--max-message", paramLabel = "SIZE", defaultValue = "1m",
            converter = SizeConverter.class,
            description = {
                "The longest message that is received: bytes, or 64k, 16m, 1g. Default: ${DEFAULT-VALUE}" })
    private long maxMessageBytes;

    @Option(names = { "-v", "--verbose" },
            description = "Show the options in force, and log what happens to connections, on standard "
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
        origins.clear();
        for (String value : values) {
            origins.add(requireOrigin(value));
        }
    }

    @Option(names = "--allow-host", paramLabel = "HOST",
            description = {
                "Serve requests that name this host in Host: app.example.com, *.example.com, or '*' for "
                        + "any; behind a"
                        + " reverse proxy, its name. May be repeated. Default: localhost and the loopback "
                        + "addresses"
                        + " if --host is one of them, else any." })
    private void hosts(List<String> values) {
        hosts.clear();
        for (String value : values) {
            hosts.add(requireHost(value));
        }
    }

    private String requireHost(String value) {
        try {
            if (!value.equals("*")) {
                HostPolicy.allow(value);
            }
            return value;
        } catch (IllegalArgumentException e) {
            throw wrong("--allow-host: " + e.getMessage());
        }
    }

    private String requireOrigin(String value) {
        try {
            if (!value.equals("*")) {
                OriginPolicy.allow(value);
            }
            return value;
        } catch (IllegalArgumentException e) {
            throw wrong("--origin: " + e.getMessage());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /**
     * What was chosen.
     *
     * @throws IOException if a file with a key or a certificate cannot be used
     */
    private ServerSettings settings() throws IOException {
        return new ServerSettings(transport.chosen(), host, port, deflate, maxMessageBytes,
                List.copyOf(origins), List.copyOf(hosts),
                maxConnections, sockets.socketOptions(), sockets.closeMode(), tls.chosen(host));
    }

    /**
     * What was chosen, with the log set up for it and written to.
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
