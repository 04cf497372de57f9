package io.duplex.internal.runtime;

import io.duplex.transport.Transport;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the transport of an application that names none. */
public final class Transports {
    private Transports() {}

    /**
     * The only transport there is, leaving out those that came along as a part of it.
     *
     * @throws IllegalStateException if there is none, or more than one; the message says what to do
     */
    public static Transport only() {
        return only(ServiceLoader.load(Transport.class).stream().map(ServiceLoader.Provider::get).toList());
    }

    static Transport only(List<Transport> found) {
        Set<String> parts = found.stream()
                .flatMap(transport -> transport.supersedes().stream())
                .collect(Collectors.toSet());
        List<Transport> chosen =
                found.stream().filter(transport -> !parts.contains(transport.name())).toList();
        if (chosen.isEmpty()) {
            throw new IllegalStateException(
                    "no transport found: add ws-transport-bio, -nio or -loom to the dependencies");
        }
        if (chosen.size() > 1) {
            throw new IllegalStateException(
                    "several transports found " + chosen.stream().map(Transport::name).toList()
                            + ": name one with the builder's transport(...)");
        }
        return chosen.get(0);
    }
}
