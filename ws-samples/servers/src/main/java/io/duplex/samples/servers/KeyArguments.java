package io.duplex.samples.servers;

import io.duplex.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Options for keys, certificates and trusted authorities, of servers and clients.
 */
final class KeyArguments {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--cert", paramLabel = "FILE",
            description = { "This endpoint's certificate in PEM form, followed by its chain.",
                "May be repeated with --key: a server chooses by the name in the client's handshake." })
    private List<Path> certificates = List.of();

    @Option(names = "--key", paramLabel = "FILE", description = "The private key of --cert in PEM form.")
    private List<Path> keys = List.of();

    @Option(names = "--keystore", paramLabel = "FILE",
            description = "Keys with certificates in a PKCS#12 or JKS file, opened by --key-password.")
    private Optional<Path> keyStore = Optional.empty();

    @Option(names = "--key-password", paramLabel = "SOURCE", converter = Secret.Converter.class,
            description = "Source of the password of --key or --keystore: file:FILE, env:NAME or prompt.")
    private Optional<Secret> password = Optional.empty();

    @Option(names = "--cacert", paramLabel = "FILE",
            description = { "Trust peers with a certificate issued by one in this PEM file, and no others.",
                "May be repeated." })
    private List<Path> authorities = List.of();

    /** Returns the first option that was given, if any. */
    Optional<String> given() {
        if (!certificates.isEmpty()) {
            return Optional.of("--cert");
        }
        if (!keys.isEmpty()) {
            return Optional.of("--key");
        }
        if (keyStore.isPresent()) {
            return Optional.of("--keystore");
        }
        if (password.isPresent()) {
            return Optional.of("--key-password");
        }
        return authorities.isEmpty() ? Optional.empty() : Optional.of("--cacert");
    }

    boolean hasKeys() {
        return !certificates.isEmpty() || keyStore.isPresent();
    }

    boolean hasAuthorities() {
        return !authorities.isEmpty();
    }

    /** Returns the files that {@link #applyTo} passes to the library. */
    List<Path> files() {
        List<Path> files = new ArrayList<>(certificates);
        files.addAll(keys);
        keyStore.ifPresent(files::add);
        files.addAll(authorities);
        return files;
    }

    /**
     * Adds keys and authorities to a configuration.
     *
     * @throws IOException        if the password cannot be read
     * @throws ParameterException if something is missing
     */
    void applyTo(TlsConfig.Builder config) throws IOException {
        requirePairs();
        Optional<char[]> secret =
                password.isPresent()
                        ? Optional.of(password.get().read("--key-password", whatItOpens()))
                        : Optional.empty();
        for (int i = 0; i < certificates.size(); i++) {
            if (secret.isPresent()) {
                config.certificate(certificates.get(i), keys.get(i), secret.get());
            } else {
                config.certificate(certificates.get(i), keys.get(i));
            }
        }
        keyStore.ifPresent(file -> config.keyStore(file, secret.orElseThrow()));
        if (hasAuthorities()) {
            config.trust(authorities.toArray(Path[]::new));
        }
    }

    private void requirePairs() {
        if (keys.isEmpty() && !certificates.isEmpty()) {
            throw wrong("--cert needs --key, the file with its private key; one file may be both");
        }
        if (certificates.isEmpty() && !keys.isEmpty()) {
            throw wrong("--key needs --cert, the file with its certificate; one file may be both");
        }
        if (certificates.size() != keys.size()) {
            throw wrong("each --cert needs a --key, but there are " + certificates.size() + " and "
                    + keys.size());
        }
        if (keyStore.isPresent() && password.isEmpty()) {
            throw wrong("--keystore needs --key-password");
        }
        if (password.isPresent() && !hasKeys()) {
            throw wrong("--key-password opens a --key or a --keystore, and there is none");
        }
    }

    private String whatItOpens() {
        return (keyStore.isPresent() ? keyStore.get() : keys.getFirst()).toString();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
