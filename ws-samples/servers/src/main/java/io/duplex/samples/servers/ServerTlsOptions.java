package io.duplex.samples.servers;

import io.duplex.tls.ClientAuthentication;
import io.duplex.tls.SelfSigned;
import io.duplex.tls.TlsConfig;
import io.duplex.tls.TlsProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options of sample servers for TLS. They require {@code --tls}. */
final class ServerTlsOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--tls", paramLabel = "jdk|bc", converter = ProviderConverter.class,
            description = { "Serve wss: and https: with the TLS of the JDK or of Bouncy Castle.",
                "Without --cert or --keystore, a self-signed certificate is generated." })
    private Optional<TlsProvider> provider = Optional.empty();

    @Mixin
    private KeyArguments keys;

    @Option(names = "--self-signed",
            description = "Generate the certificate, for this machine's names.")
    private boolean selfSigned;

    @Option(names = "--write-cert", paramLabel = "FILE",
            description = "Write the self-signed certificate to this PEM file, for --cacert of clients.")
    private Optional<Path> target = Optional.empty();

    @Option(names = "--client-auth", paramLabel = "want|need", converter = AuthenticationConverter.class,
            description = "Ask clients for a certificate issued by one of --cacert, or require one.")
    private Optional<ClientAuthentication> clientAuthentication = Optional.empty();

    @Option(names = "--tls-also-clear",
            description = "Serve ws: and http: on the same port too, told apart by the first byte.")
    private boolean alsoClear;

    /**
     * Returns the configured TLS.
     *
     * @param host the host on which the server will listen
     * @return empty for a server in clear
     * @throws IOException        if a file cannot be used
     * @throws ParameterException if options contradict each other
     */
    Optional<ServerTls> chosen(String host) throws IOException {
        if (provider.isEmpty()) {
            given().ifPresent(name -> {
                throw wrong(name + " is about TLS: add --tls jdk or --tls bc");
            });
            return Optional.empty();
        }
        requireConsistent();
        TlsConfig.Builder config = TlsConfig.builder().provider(provider.get()).acceptClear(alsoClear);
        keys.applyTo(config);
        clientAuthentication.ifPresent(config::clientAuthentication);
        Optional<SelfSigned> made =
                keys.hasKeys() ? Optional.empty() : Optional.of(SelfSigned.of(LocalNames.of(host)));
        made.ifPresent(config::selfSigned);
        return Optional.of(ServerTls.of(config.build(), description(), made, target, keys.files()));
    }

    private String description() {
        return (provider.orElseThrow() + (keys.hasKeys() ? "" : ", self-signed")
                + clientAuthentication.map(mode -> ", client-auth " + mode).orElse("")
                + (alsoClear ? ", also clear" : "")).toLowerCase(Locale.ROOT);
    }

    private Optional<String> given() {
        if (selfSigned) {
            return Optional.of("--self-signed");
        }
        if (target.isPresent()) {
            return Optional.of("--write-cert");
        }
        if (clientAuthentication.isPresent()) {
            return Optional.of("--client-auth");
        }
        return alsoClear ? Optional.of("--tls-also-clear") : keys.given();
    }

    private void requireConsistent() {
        if (keys.hasKeys() && selfSigned) {
            throw wrong(
                    "--self-signed makes a certificate, and --cert or --keystore names one: give one of "
                            + "them");
        }
        if (keys.hasKeys() && target.isPresent()) {
            throw wrong(
                    "--write-cert is for a self-signed certificate, and --cert or --keystore names another");
        }
        if (clientAuthentication.isPresent() && !keys.hasAuthorities()) {
            throw wrong("--client-auth needs --cacert, which says whose certificates clients may have");
        }
        if (clientAuthentication.isEmpty() && keys.hasAuthorities()) {
            throw wrong("--cacert is about certificates of clients: add --client-auth want or need");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Parses {@code want} or {@code need}. */
    static final class AuthenticationConverter implements ITypeConverter<ClientAuthentication> {
        AuthenticationConverter() {}

        @Override
        public ClientAuthentication convert(String text) {
            return switch (text) {
                case "want", "need" -> ClientAuthentication.valueOf(text.toUpperCase(Locale.ROOT));
                default -> throw new TypeConversionException("write want or need, not '" + text + "'");
            };
        }
    }
}
