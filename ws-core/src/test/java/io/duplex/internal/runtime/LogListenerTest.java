package io.duplex.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.FailureOrigin;
import io.duplex.OverflowPolicy;
import io.duplex.Refusal;
import io.duplex.WebSocket;
import io.duplex.frame.CloseStatus;
import io.duplex.testkit.CapturedLog;
import io.duplex.transport.SafeLog;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** One line an event, at the level that its reader has. */
class LogListenerTest {
    private static final Refusal REFUSAL =
            new Refusal(403, InetSocketAddress.createUnresolved("192.0.2.1", 4711), Optional.of("GET"),
                    Optional.of("/chat"), "why", Optional.of("http://evil"), Optional.empty());

    private final ConnectionListener listener = new LogListener();
    private final WebSocket ws = mock();

    LogListenerTest() {
        when(ws.toString()).thenReturn("ws#1");
    }

    @Test
    void eachEventIsALine() {
        CloseInfo info = new CloseInfo(Optional.empty(), Optional.empty(), CloseInfo.Initiator.PEER,
                Optional.empty(), TcpEnd.RESET);
        try (CapturedLog log = new CapturedLog(Level.ALL)) {
            listener.opened(ws);
            listener.received(ws, true, 5);
            listener.sent(ws, false, 6);
            listener.overflowed(ws, OverflowPolicy.DROP);
            listener.failed(ws, FailureOrigin.PEER, new IOException("reset"));
            listener.closed(ws, info);
            listener.refused(REFUSAL);
            assertEquals(List.of("FINE = ws#1 opened", "FINER < ws#1 text 5 bytes",
                    "FINER > ws#1 binary 6 bytes", "FINE ! ws#1 send queue full: DROP",
                    "FINE ! ws#1 java.io.IOException: reset", "FINE = ws#1 closed: " + info,
                    "FINE ! refused 192.0.2.1:4711 GET /chat with 403: why; Origin http://evil"),
                    log.lines());
        }
    }

    @Test
    void onlyTheApplicationsFailuresAreWarningsWithATrace() {
        try (CapturedLog log = new CapturedLog(Level.INFO)) {
            Throwable mistake = new IllegalStateException("bug");
            listener.failed(ws, FailureOrigin.APPLICATION, mistake);
            listener.failed(ws, FailureOrigin.APPLICATION, new IOException("a checked one"));
            listener.failed(ws, FailureOrigin.PEER, new IOException("reset"));
            listener.failed(ws, FailureOrigin.LIBRARY, new IllegalStateException("the transport reports it"));
            listener.refused(REFUSAL);
            listener.opened(ws);
            listener.received(ws, true, 5);
            assertEquals(List.of("WARNING ! ws#1 the application failed",
                    "WARNING ! ws#1 the application failed"), log.lines());
            assertSame(mistake, log.records().getFirst().getThrown());
        }
    }

    @Test
    void peersFailuresHaveNoTrace() {
        try (CapturedLog log = new CapturedLog(Level.ALL)) {
            listener.failed(ws, FailureOrigin.PEER, new IOException("reset"));
            assertNull(log.records().getFirst().getThrown());
        }
    }

    @Test
    void whatAPeerWroteForgesNoLine() {
        CloseInfo info = new CloseInfo(
                Optional.of(new CloseStatus(1000, "bye\nWARNING the disk burns\u2028\u001b[31m")),
                Optional.empty(), CloseInfo.Initiator.PEER, Optional.empty(), TcpEnd.FIN_EXCHANGED);
        try (CapturedLog log = new CapturedLog(Level.ALL)) {
            listener.closed(ws, info);
            listener.failed(ws, FailureOrigin.PEER, new IOException("a\r\nb" + "c".repeat(5000)));
            listener.refused(REFUSAL.withOrigin(Optional.of("x\u0085y")));
            for (String line : log.lines()) {
                assertTrue(line.chars().noneMatch(Character::isISOControl) && line.indexOf('\u2028') < 0,
                        line);
                assertTrue(line.length() < 600, line);
            }
        }
    }

    /** A peer may know how to provoke a failure. */
    @Test
    void afterABurstFailuresOfTheApplicationAreCounted() {
        try (CapturedLog log = new CapturedLog(Level.ALL)) {
            for (int i = 0; i < 1000; i++) {
                listener.failed(ws, FailureOrigin.APPLICATION, new IllegalStateException("bug"));
            }
            assertEquals(SafeLog.BURST,
                    log.lines().stream().filter(line -> line.startsWith("WARNING")).count());
            assertEquals("FINE ! ws#1 the application failed: java.lang.IllegalStateException: bug",
                    log.lines().getLast());
            assertNull(log.records().getLast().getThrown());
        }
    }
}
