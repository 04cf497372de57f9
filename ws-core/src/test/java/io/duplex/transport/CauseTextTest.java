package io.duplex.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;
import org.junit.jupiter.api.Test;

class CauseTextTest {
    @Test
    void theMessageIfThereIsOne() {
        assertEquals("Connection refused", CauseText.of(new IOException("Connection refused")));
    }

    @Test
    void neverNull() {
        assertEquals("java.io.IOException", CauseText.of(new IOException()));
    }

    @Test
    void aHostThatIsNotKnownOnBothKindsOfSockets() {
        assertEquals("the host name is not known", CauseText.of(new UnresolvedAddressException()));
        assertEquals("the host name is not known", CauseText.of(new SocketException("Unresolved address")));
    }
}
