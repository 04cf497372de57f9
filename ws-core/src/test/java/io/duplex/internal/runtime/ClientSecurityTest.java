package io.duplex.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.HandshakeException;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.TransportSecurity;
import io.duplex.transport.TransportSecurityProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The TLS of a client that may have been given none. */
class ClientSecurityTest {
    /** For the service file. */
    public static class Provider implements TransportSecurityProvider {
        static int asked;

        @Override
        public TransportSecurity trustingThePlatform() {
            asked++;
            return new Layers();
        }
    }

    /** A second one, for the service file. */
    public static final class Other extends Provider {}

    private static final class Layers implements TransportSecurity {
        @Override
        public ByteLayer accepting(ByteLayer above) {
            return above;
        }

        @Override
        public ByteLayer connecting(ByteLayer above, String host, int port) {
            return above;
        }

        @Override
        public void requireAccepting() {}
    }

    @TempDir
    Path directory;

    private interface Body {
        void run() throws IOException;
    }

    /** Runs where these services are found. */
    private void with(Body body, Class<?>... services) throws IOException {
        Path file = directory.resolve("META-INF/services/" + TransportSecurityProvider.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file,
                Arrays.stream(services).map(Class::getName).collect(Collectors.joining("\n")));
        Thread self = Thread.currentThread();
        ClassLoader before = self.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] { directory.toUri().toURL() },
                ClientSecurityTest.class.getClassLoader())) {
            self.setContextClassLoader(loader);
            body.run();
        } finally {
            self.setContextClassLoader(before);
        }
    }

    @Test
    void whatWasGivenIsTaken() throws IOException {
        TransportSecurity given = new Layers();
        with(() -> assertSame(given, new ClientSecurity(given).layers()), Provider.class);
    }

    @Test
    void theOnlyOneThereIsIsAskedOnce() throws IOException {
        with(() -> {
            int before = Provider.asked;
            ClientSecurity security = new ClientSecurity(null);
            assertSame(security.layers(), security.layers());
            assertEquals(1, Provider.asked - before);
        }, Provider.class);
    }

    private static String refusal() {
        ClientSecurity security = new ClientSecurity(null);
        return assertThrows(HandshakeException.class, () -> security.layers()).getMessage();
    }

    @Test
    void withoutAnyTheModuleIsNamed() throws IOException {
        with(() -> assertEquals(
                "wss needs TLS: add ws-tls to the dependencies, or call secure(...) on the client's builder",
                refusal()));
    }

    @Test
    void amongSeveralNoneIsTaken() throws IOException {
        with(() -> assertTrue(refusal().endsWith("; select one with secure(...) on the client's builder"),
                refusal()),
                Provider.class, Other.class);
    }
}
