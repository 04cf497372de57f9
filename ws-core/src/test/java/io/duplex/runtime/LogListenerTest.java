package io.duplex.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.OverflowPolicy;
import io.duplex.WebSocket;
import io.duplex.transport.Ending;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** One line an event, at the level that its reader has. */
class LogListenerTest {
    private final ConnectionListener listener = new LogListener();
    private final WebSocket ws = mock();

    LogListenerTest() {
        when(ws.toString()).thenReturn("ws#1");
    }

    @Test
    void eachEventIsALine() {
        CloseInfo info = new CloseInfo(Optional.empty(), Optional.empty(), CloseInfo.Initiator.PEER,
                Optional.empty(), Ending.RESET);
        try (CapturedLog log = new CapturedLog(Level.ALL)) {
            listener.opened(ws);
            listener.received(ws, true, 5);
            listener.sent(ws, false, 6);
            listener.overflowed(ws, OverflowPolicy.DROP);
            listener.failed(ws, new IOException("reset"));
            listener.closed(ws, info);
            listener.refused(426);
            assertEquals(List.of("FINE = ws#1 opened", "FINER < ws#1 text 5 bytes",
                    "FINER > ws#1 binary 6 bytes", "FINE ! ws#1 outbound queue full: DROP",
                    "FINE ! ws#1 java.io.IOException: reset", "FINE = ws#1 closed: " + info,
                    "FINE ! refused with 426"), log.lines());
        }
    }

    @Test
    void onlyTheApplicationsFailuresAreWarningsWithATrace() {
        try (CapturedLog log = new CapturedLog(Level.INFO)) {
            Throwable mistake = new IllegalStateException("bug");
            listener.failed(ws, mistake);
            listener.failed(ws, new StackOverflowError());
            listener.failed(ws, new IOException("reset"));
            listener.opened(ws);
            listener.received(ws, true, 5);
            assertEquals(List.of("WARNING ! ws#1 the application failed",
                    "WARNING ! ws#1 the application failed"), log.lines());
            assertSame(mistake, log.records.getFirst().getThrown());
        }
    }

    @Test
    void peersFailuresHaveNoTrace() {
        try (CapturedLog log = new CapturedLog(Level.ALL)) {
            listener.failed(ws, new IOException("reset"));
            assertNull(log.records.getFirst().getThrown());
        }
    }
}
