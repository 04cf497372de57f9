package io.duplex.samples.servers;

import io.duplex.ProxyServer;
import io.duplex.client.ProxyPolicy;
import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of the client for a proxy. */
final class ProxyArguments {
    private static final String SYSTEM = "system";
    private static final String NONE = "none";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--proxy", paramLabel = "URL|system|none", defaultValue = NONE,
            description = {
                "Connect through this proxy: http://proxy:3128, https://proxy:3129, socks5://proxy:1080.",
                "system uses the environment (https_proxy, http_proxy, all_proxy, no_proxy), or else Java's"
                        + " own settings. Default: ${DEFAULT-VALUE}" })
    private String proxy;

    @Option(names = "--proxy-user", paramLabel = "NAME", description = "User name for the proxy.")
    private Optional<String> user = Optional.empty();

    @Option(names = "--proxy-password", paramLabel = "SOURCE", converter = Secret.Converter.class,
            description = "Source of the password of --proxy-user: file:FILE, env:NAME or prompt.")
    private Optional<Secret> password = Optional.empty();

    @Option(names = "--proxy-cacert", paramLabel = "FILE",
            description = {
                "Trust https: proxies with a certificate issued by one in this PEM file, and no others.",
                "May be repeated. No other TLS option applies to the proxy." })
    private List<Path> authorities = List.of();

    /**
     * Returns the configured proxy.
     *
     * @throws IOException        if the password cannot be read
     * @throws ParameterException if the proxy's address is wrong, or something is missing
     */
    ProxyPolicy chosen() throws IOException {
        if (user.isPresent() != password.isPresent()) {
            throw wrong("--proxy-user and --proxy-password belong together");
        }
        boolean named = !proxy.equals(NONE) && !proxy.equals(SYSTEM);
        if (user.isPresent() && !named) {
            throw wrong("--proxy-user needs --proxy with the address of a proxy");
        }
        return switch (proxy) {
            case NONE -> ProxyPolicy.none();
            case SYSTEM -> {
                ProxyPolicy environment = ProxyPolicy.environment();
                ProxyPolicy java = ProxyPolicy.selector();
                yield target -> environment.choose(target).or(() -> java.choose(target));
            }
            default -> ProxyPolicy.always(server());
        };
    }

    /**
     * Returns TLS for the connection to the proxy.
     *
     * @throws IOException        if a file cannot be used
     * @throws ParameterException if the proxy cannot be an https: proxy
     */
    Tls tls() throws IOException {
        if (authorities.isEmpty()) {
            return Tls.of(TlsConfig.DEFAULT);
        }
        if (!proxy.equals(SYSTEM) && !proxy.startsWith("https:")) {
            throw wrong("--proxy-cacert needs --proxy with a proxy of https:");
        }
        return Tls.of(TlsConfig.builder().trust(authorities.toArray(Path[]::new)).build());
    }

    private ProxyServer server() throws IOException {
        ProxyServer server;
        try {
            server = ProxyServer.parse(proxy);
        } catch (IllegalArgumentException e) {
            throw wrong("--proxy: " + e.getMessage());
        }
        return password.isEmpty()
                ? server
                : server.withCredentials(user.orElseThrow(),
                        new String(password.get().read("--proxy-password", server.toString())));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
