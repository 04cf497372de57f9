package io.duplex.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory host and link with layers that only pass bytes. */
class MemoryLinkTest {
    private final PlainLayer client = new PlainLayer();
    private final PlainLayer server = new PlainLayer();
    private final MemoryLink link = new MemoryLink(client, server, new VirtualClock(), 64);

    @ParameterizedTest
    @ValueSource(ints = { 1, 3, 1000 })
    void bytesArriveWholeHoweverTheyAreCut(int readBytes) {
        link.cut(Cuts.every(readBytes)).connect();
        client.send("x".repeat(1000));
        link.run();
        assertEquals("x".repeat(1000), server.received());
    }

    @Test
    void callsComeInTheOrderOfTheContract() {
        link.connect();
        client.end(OutputState.END);
        link.run();
        server.end(OutputState.END);
        link.run();
        assertEquals(List.of("attach", "connected", "end", "released FIN_EXCHANGED"), client.calls());
        assertEquals(List.of("attach", "connected", "end", "released FIN_EXCHANGED"), server.calls());
    }

    @Test
    void nothingIsProducedThatWasNotAnnounced() {
        link.connect();
        client.sendSilently("a");
        link.run();
        assertEquals("", server.received());
        client.send("b");
        link.run();
        assertEquals("ab", server.received());
    }

    @Test
    void aLayerThatDoesNotWantToReadHoldsItsPeerUp() {
        server.wantsRead(false);
        link.connect();
        client.send("x".repeat(1000));
        link.run();
        assertEquals("", server.received());
        assertEquals(64, link.toServer().bytesWritten());
        server.wantsRead(true);
        link.run();
        assertEquals("", server.received(), "it has not said so yet");
        link.server().inputReady();
        link.run();
        assertEquals(1000, server.received().length());
    }

    @Test
    void theEndComesBehindAllBytes() {
        link.connect();
        client.send("x".repeat(200));
        client.end(OutputState.END);
        link.run();
        assertEquals(200, server.received().length());
        assertTrue(server.calls().contains("end"));
        assertFalse(link.client().isReleased(), "the server has not ended");
    }

    @Test
    void closingWithoutThePeersEndIsToldApart() {
        link.connect();
        client.send("last");
        client.end(OutputState.CLOSE);
        link.run();
        assertEquals(Optional.of(TcpEnd.CLOSED_FIRST), link.client().tcpEnd());
        assertEquals("last", server.received());
    }

    @Test
    void closingWithUnreadInputResetsAndDestroysWhatWasOnItsWay() {
        client.wantsRead(false);
        link.connect();
        server.send("unread");
        link.run();
        client.send("last");
        client.end(OutputState.CLOSE);
        while (link.client().step()) {
            // The server sees nothing of it before the client is gone.
        }
        link.run();
        assertEquals("", server.received());
        assertEquals(Optional.of(TcpEnd.BROKEN), link.server().tcpEnd());
    }

    @Test
    void writingToAnEndThatHasClosedResets() {
        link.connect();
        client.end(OutputState.CLOSE);
        link.run();
        server.send("too late");
        link.run();
        assertEquals(Optional.of(TcpEnd.BROKEN), link.server().tcpEnd());
        assertEquals(List.of("attach", "connected", "end", "failure Connection reset", "released BROKEN"),
                server.calls());
    }

    @Test
    void abortThrowsAwayWhatWaits() {
        link.connect();
        client.send("lost");
        client.end(OutputState.ABORT);
        link.run();
        assertEquals(Optional.of(TcpEnd.RESET), link.client().tcpEnd());
        assertEquals(Optional.of(TcpEnd.BROKEN), link.server().tcpEnd());
        assertEquals("", server.received());
    }

    @Test
    void deadlinesFireOnTheVirtualClock() {
        link.connect();
        client.deadline(link.clock().nanoTime() + Duration.ofSeconds(5).toNanos());
        link.advance(Duration.ofSeconds(4));
        assertFalse(client.calls().contains("deadline"));
        link.advance(Duration.ofSeconds(2));
        assertTrue(client.calls().contains("deadline"));
    }

    @Test
    void aTaskThatThrowsEndsTheConnection() {
        link.connect();
        link.client().execute(() -> {
            throw new IllegalStateException("task");
        });
        link.run();
        assertEquals("task", link.client().taskFailure().orElseThrow().getMessage());
        assertEquals(Optional.of(TcpEnd.RESET), link.client().tcpEnd());
    }

    @Test
    void aLayerThatMovesItsStateBackIsFoundOut() {
        link.connect();
        client.end(OutputState.END);
        link.run();
        assertThrows(AssertionError.class, () -> client.end(OutputState.OPEN));
    }

    @Test
    void shortWritesLoseNothing() {
        PlainLayer source = new PlainLayer();
        MemoryLink faulty = new MemoryLink(new FaultyLayer(source, FaultyLayer.Faults.shortWrites(1)), server)
                .connect();
        source.send("abc");
        faulty.run();
        assertEquals("abc", server.received());
    }

    @Test
    void aFaultBreaksOrEndsTheConnectionAtItsByte() {
        PlainLayer broken = new PlainLayer();
        faultyServer(broken, FaultyLayer.Faults.breakAfter(3));
        assertEquals("abc", broken.received());
        assertEquals("released BROKEN", broken.calls().getLast());
        PlainLayer ended = new PlainLayer();
        faultyServer(ended, FaultyLayer.Faults.endAfter(2));
        assertEquals("ab", ended.received());
        assertEquals("end", ended.calls().getLast());
    }

    private static void faultyServer(PlainLayer layer, FaultyLayer.Faults faults) {
        PlainLayer source = new PlainLayer();
        MemoryLink faulty = new MemoryLink(source, new FaultyLayer(layer, faults)).connect();
        source.send("abcdef");
        faulty.run();
    }
}
