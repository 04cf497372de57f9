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

/** The options that say by which proxy the client goes. */
final class ProxyArguments {
    private static final String SYSTEM = "system";
    private static final String NONE = "none";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--proxy", paramLabel = "URL|system|none", defaultValue = NONE,
            description = { "Go by this proxy: http://proxy:3128, https://proxy:3129, socks5://proxy:1080.",
                "system takes what the environment (https_proxy, http_proxy, all_proxy, no_proxy) or else"
                        + " Java's own settings say. Default: ${DEFAULT-VALUE}" })
    private String proxy;

    @Option(names = "--proxy-user", paramLabel = "NAME", description = "Who asks the proxy.")
    private Optional<String> user = Optional.empty();

    @Option(names = "--proxy-password", paramLabel = "SOURCE", converter = Secret.Converter.class,
            description = "Where the password of --proxy-user is: file:FILE, env:NAME or prompt.")
    private Optional<Secret> password = Optional.empty();

    @Option(names = "--proxy-cacert", paramLabel = "FILE",
            description = {
                "Trust proxies of https: for which a certificate in this PEM file vouches, and no others.",
                "May be repeated. No other option of TLS concerns the proxy." })
    private List<Path> authorities = List.of();

    /**
     * What was chosen.
     *
     * @throws IOException        if the password is not where it should be
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
     * TLS with the proxy itself.
     *
     * @throws IOException        if a file cannot be used
     * @throws ParameterException if there is no proxy that may be one of https:
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
