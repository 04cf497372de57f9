package io.duplex.internal.runtime;

import io.duplex.HandshakeException;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSecurityProvider;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A client's TLS: the configured one, or that of the only TLS module. The latter is created for the first
 * {@code wss} URI, because reading the platform's authorities takes a while. Thread-safe.
 */
final class ClientSecurity {
    private final ReentrantLock lock = new ReentrantLock();
    /** Null until it is needed, unless it was configured. */
    private volatile TransportSecurity layers;

    ClientSecurity(TransportSecurity given) {
        layers = given;
    }

    /**
     * TLS.
     *
     * @throws HandshakeException if there is none, or more than one to choose from; the message says what to
     *                            do
     * @throws IOException        if it cannot be had
     */
    TransportSecurity layers() throws IOException {
        if (layers == null) {
            lock.lock();
            try {
                if (layers == null) {
                    layers = only().trustingThePlatform();
                }
            } finally {
                lock.unlock();
            }
        }
        return layers;
    }

    /** As {@link #layers}, and empty where there is none to be had without a choice. */
    Optional<TransportSecurity> found() throws IOException {
        try {
            return Optional.of(layers());
        } catch (HandshakeException none) {
            return Optional.empty();
        }
    }

    private static TransportSecurityProvider only() throws HandshakeException {
        List<TransportSecurityProvider> found = ServiceLoader.load(TransportSecurityProvider.class)
                .stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        if (found.isEmpty()) {
            throw new HandshakeException(
                    "wss needs TLS: add ws-tls to the dependencies, or call secure(...) on the client's"
                            + " builder");
        }
        if (found.size() > 1) {
            throw new HandshakeException("wss needs TLS, and several modules have some: "
                    + found.stream().map(each -> each.getClass().getName()).toList()
                    + "; select one with secure(...) on the client's builder");
        }
        return found.getFirst();
    }
}
