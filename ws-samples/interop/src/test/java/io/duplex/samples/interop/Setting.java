package io.duplex.samples.interop;

import io.duplex.transport.Transport;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * The configuration of Duplex in one run of a test class.
 *
 * @param transport   the transport
 * @param compression the options of permessage-deflate
 * @param security    whether there is TLS below
 */
record Setting(Transport transport, Compression compression, Security security) {
    /** Every transport of the class path: a dependency more is a row more in each test. */
    static List<Transport> transports() {
        List<Transport> found = ServiceLoader.load(Transport.class)
                .stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        if (found.isEmpty()) {
            throw new IllegalStateException(
                    "There is no transport on the class path, so nothing would be tested");
        }
        return found;
    }

    /** For peers that cannot compress. */
    static Stream<Setting> plain() {
        return each(Compression.OFF);
    }

    /** For peers that compress, but never keep their windows. */
    static Stream<Setting> plainAndFresh() {
        return each(Compression.OFF, Compression.FRESH_WINDOWS);
    }

    /** For browsers, whose page tests have the case between. */
    static Stream<Setting> plainAndKept() {
        return each(Compression.OFF, Compression.KEPT_WINDOWS);
    }

    /** For peers that can do all of it. */
    static Stream<Setting> everyCompression() {
        return each(Compression.values());
    }

    /**
     * All of these in clear, and the last one with TLS too: it does not matter there what is inside. Each
     * transport has one provider and nio both; ws-tls has tests of each with each.
     */
    private static Stream<Setting> each(Compression... compressions) {
        Compression last = compressions[compressions.length - 1];
        return transports().stream()
                .flatMap(transport -> Stream.concat(
                        Stream.of(compressions)
                                .map(compression -> new Setting(transport, compression, Security.CLEAR)),
                        providers(transport).map(security -> new Setting(transport, last, security))));
    }

    private static Stream<Security> providers(Transport transport) {
        return switch (transport.name()) {
            case "bio" -> Stream.of(Security.JDK);
            case "loom" -> Stream.of(Security.BC);
            default -> Stream.of(Security.JDK, Security.BC);
        };
    }

    @Override
    public String toString() {
        return transport.name() + ", compression " + compression + ", TLS " + security;
    }
}
