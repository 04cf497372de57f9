package io.duplex.samples.servers;

import io.duplex.tls.Tls;
import io.duplex.tls.TlsConfig;
import io.duplex.tls.TlsProvider;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of the client for TLS, with addresses that start with {@code wss:}. */
final class ClientTlsOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--tls", paramLabel = "jdk|bc", converter = ProviderConverter.class,
            description = "Speak the TLS of the JDK or of Bouncy Castle. Default: jdk")
    private Optional<TlsProvider> provider = Optional.empty();

    @Mixin
    private KeyArguments keys;

    @Option(names = "--insecure",
            description = "Accept any certificate for any host. Anyone on the network path can then "
                    + "read and change the traffic.")
    private boolean insecure;

    @Option(names = "--pin", paramLabel = "PIN",
            description = { "Accept this key of the server only: sha256/ and base64. May be repeated.",
                "With --insecure the pin alone decides, which is safe." })
    private List<String> pins = List.of();

    /**
     * Returns the configured TLS.
     *
     * @param secure whether the address starts with wss:
     * @throws IOException        if a file cannot be used
     * @throws ParameterException if options contradict each other or the address
     */
    Tls chosen(boolean secure) throws IOException {
        if (!secure) {
            given().ifPresent(name -> {
                throw wrong(name
                        + " is about TLS: use it with a URL that begins with wss:");
            });
        }
        if (insecure && keys.hasAuthorities()) {
            throw wrong("--insecure accepts any certificate, and --cacert accepts some: give one of them");
        }
        TlsConfig.Builder config = TlsConfig.builder().provider(provider.orElse(TlsProvider.JDK));
        pins.forEach(pin -> addPin(config, pin));
        keys.applyTo(config);
        if (insecure) {
            config.trustAnybody();
        }
        return Tls.of(config.build());
    }

    private void addPin(TlsConfig.Builder config, String pin) {
        try {
            config.pin(pin);
        } catch (IllegalArgumentException e) {
            throw wrong("--pin: " + e.getMessage());
        }
    }

    private Optional<String> given() {
        if (provider.isPresent()) {
            return Optional.of("--tls");
        }
        if (insecure) {
            return Optional.of("--insecure");
        }
        return pins.isEmpty() ? keys.given() : Optional.of("--pin");
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
