package io.duplex.samples.servers;

import io.duplex.transport.Transport;
import io.duplex.transport.nio.NioTransport;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The options {@code --transport} and {@code --loops}, of servers and clients. Transports are found at run
 * time.
 */
final class TransportOption {
    private static final String NIO = "nio";
    /** The default is the first of these that is available. */
    private static final List<String> PREFERENCE = List.of(NIO, "loom", "bio");

    @Option(names = "--transport", paramLabel = "NAME", converter = ByName.class,
            description = { "The transport: nio, loom or bio.",
                "Default: the first of these that is available." })
    private Optional<Transport> named = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--loops", paramLabel = "N",
            description = "Event loops of nio, each with a thread. Default: one per processor.")
    private Optional<Integer> loops = Optional.empty();

    /**
     * Returns the named transport, or the default.
     *
     * @throws ParameterException    if {@code --loops} does not apply to it
     * @throws IllegalStateException if there is no transport
     */
    Transport chosen() {
        Transport transport = byName();
        return loops.isPresent() ? withLoops(transport, loops.get()) : transport;
    }

    private Transport withLoops(Transport transport, int count) {
        if (!transport.name().equals(NIO)) {
            throw new ParameterException(command.commandLine(), "--loops is for nio; " + transport.name()
                    + " has a thread for each connection");
        }
        if (count < 1) {
            throw new ParameterException(command.commandLine(), "--loops is at least 1, not " + count);
        }
        return new NioTransport(count);
    }

    private Transport byName() {
        return named.or(() -> present().stream().min(byPreference()))
                .orElseThrow(() -> new IllegalStateException("no transport on the module path"));
    }

    private static List<Transport> present() {
        return ServiceLoader.load(Transport.class).stream().map(ServiceLoader.Provider::get).toList();
    }

    /** Unknown transports come last. */
    private static Comparator<Transport> byPreference() {
        return Comparator.comparingInt(transport -> {
            int place = PREFERENCE.indexOf(transport.name());
            return place < 0 ? PREFERENCE.size() : place;
        });
    }

    /** Finds a transport by name. */
    static final class ByName implements ITypeConverter<Transport> {
        ByName() {}

        @Override
        public Transport convert(String name) {
            List<Transport> present = present();
            return present.stream()
                    .filter(transport -> transport.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("there is no transport '" + name
                            + "' here, but "
                            + String.join(", ", present.stream().map(Transport::name).toList())));
        }
    }
}
