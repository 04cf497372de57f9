package io.duplex.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.testkit.MemoryTransport;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transport of an application that names none: exactly one must be there. */
class TransportsTest {
    /** A second one, for the service file. */
    public static final class Other extends Unused {
        @Override
        public String name() {
            return "other";
        }
    }

    /** One without threads, for the service file. */
    public static class Unused implements Transport {
        @Override
        public String name() {
            return "unused";
        }

        @Override
        public Listener listen(java.net.SocketAddress address, io.duplex.transport.TransportSettings settings,
                Admission admission) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Connector connector(io.duplex.transport.TransportSettings settings) {
            throw new UnsupportedOperationException();
        }
    }

    @TempDir
    Path directory;

    private Transport only(Class<?>... services) throws IOException {
        Path file = directory.resolve("META-INF/services/" + Transport.class.getName());
        Files.createDirectories(file.getParent());
        StringBuilder names = new StringBuilder();
        for (Class<?> service : services) {
            names.append(service.getName()).append('\n');
        }
        Files.writeString(file, names);
        Thread self = Thread.currentThread();
        ClassLoader before = self.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] { directory.toUri().toURL() },
                MemoryTransport.class.getClassLoader())) {
            self.setContextClassLoader(loader);
            return Transports.only();
        } finally {
            self.setContextClassLoader(before);
        }
    }

    @Test
    void theOnlyOneIsTaken() throws IOException {
        assertInstanceOf(Unused.class, only(Unused.class));
    }

    @Test
    void noneSaysWhatToAdd() {
        assertEquals("no transport found: add ws-transport-bio, -nio or -loom to the dependencies",
                assertThrows(IllegalStateException.class, this::only).getMessage());
    }

    @Test
    void severalAreNamed() {
        assertEquals("several transports found [unused, other]: name one with the builder's transport(...)",
                assertThrows(IllegalStateException.class, () -> only(Unused.class, Other.class))
                        .getMessage());
    }
}
