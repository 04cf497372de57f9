package io.duplex.runtime;

import io.duplex.transport.Transport;
import java.util.List;
import java.util.ServiceLoader;

/** Finds the transport of an application that names none. */
public final class Transports {
    private Transports() {}

    /**
     * The only transport there is.
     *
     * @throws IllegalStateException if there is none, or more than one; the message says what to do
     */
    public static Transport only() {
        List<Transport> found = ServiceLoader.load(Transport.class)
                .stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        if (found.isEmpty()) {
            throw new IllegalStateException(
                    "no transport found: add ws-transport-bio, -nio or -loom to the dependencies");
        }
        if (found.size() > 1) {
            throw new IllegalStateException(
                    "several transports found " + found.stream().map(Transport::name).toList()
                            + ": name one with the builder's transport(...)");
        }
        return found.get(0);
    }
}
