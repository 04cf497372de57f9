package io.duplex.samples.servers;

import io.duplex.transport.Transport;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code --transport}, of servers and clients. Which transports there are is known at run time only. */
final class TransportOption {
    /** The one that is there and stands first is the default. */
    private static final List<String> PREFERENCE = List.of("nio", "loom", "bio");

    @Option(names = "--transport", paramLabel = "NAME", converter = ByName.class,
            description = { "What moves the bytes: nio, loom or bio.",
                "Default: the first of these that is there." })
    private Optional<Transport> named = Optional.empty();

    /**
     * The transport that was named, or the default.
     *
     * @throws IllegalStateException if there is none at all
     */
    Transport chosen() {
        return named.or(() -> present().stream().min(byPreference()))
                .orElseThrow(() -> new IllegalStateException("no transport on the module path"));
    }

    private static List<Transport> present() {
        return ServiceLoader.load(Transport.class).stream().map(ServiceLoader.Provider::get).toList();
    }

    /** One that we have not heard of comes last. */
    private static Comparator<Transport> byPreference() {
        return Comparator.comparingInt(transport -> {
            int place = PREFERENCE.indexOf(transport.name());
            return place < 0 ? PREFERENCE.size() : place;
        });
    }

    /** Finds the transport of a name. */
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
