package io.duplex.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** RFC 6455 section 5.5.3: a pong answers a ping, perhaps only the newest. */
class PingLedgerTest {
    private final PingLedger ledger = new PingLedger();
    private final CompletableFuture<Duration> first = new CompletableFuture<>();
    private final CompletableFuture<Duration> second = new CompletableFuture<>();
    private final CompletableFuture<Duration> third = new CompletableFuture<>();

    @Test
    void eachPingHasAPayloadOfItsOwn() {
        assertNotEquals(ledger.add(1, first).payload(), ledger.add(2, second).payload());
    }

    @Test
    void aPongAnswersItsPing() {
        ByteBuffer payload = ledger.add(7, first).payload();
        List<PingLedger.Ping> answered = ledger.answered(payload.duplicate());
        assertEquals(List.of(first), answers(answered));
        assertEquals(7, answered.getFirst().sentNanos());
    }

    @Test
    void aPongAnswersAllPingsBeforeIt() {
        ledger.add(1, first);
        ByteBuffer payload = ledger.add(2, second).payload();
        ByteBuffer newest = ledger.add(3, third).payload();
        assertEquals(List.of(first, second), answers(ledger.answered(payload)));
        assertEquals(List.of(third), answers(ledger.answered(newest)));
    }

    @Test
    void aSecondPongToTheSamePingAnswersNothing() {
        ByteBuffer payload = ledger.add(1, first).payload();
        ledger.add(2, second);
        ledger.answered(payload.duplicate());
        assertEquals(List.of(), ledger.answered(payload.duplicate()));
    }

    @Test
    void aPongThatWasNotAskedForAnswersNothing() {
        assertEquals(List.of(), ledger.answered(ByteBuffer.allocate(8)));
        ByteBuffer payload = ledger.add(1, first).payload();
        assertEquals(List.of(), ledger.answered(ByteBuffer.allocate(0)));
        assertEquals(List.of(), ledger.answered(ByteBuffer.allocate(7)));
        assertEquals(List.of(), ledger.answered(ByteBuffer.allocate(9).put(0, payload, 0, 8)));
        assertEquals(List.of(), ledger.answered(ByteBuffer.allocate(8).putLong(0, payload.getLong(0) + 1)));
        assertEquals(List.of(first), answers(ledger.answered(payload)));
    }

    @Test
    void thePongsBufferIsLeftAsItIs() {
        ByteBuffer pong = ledger.add(1, first).payload();
        ledger.answered(pong);
        assertEquals(8, pong.remaining());
    }

    @Test
    void thePongsPayloadMayBeginAnywhereInItsBuffer() {
        ByteBuffer payload = ledger.add(1, first).payload();
        ByteBuffer pong = ByteBuffer.allocate(16).position(5).put(payload).flip().position(5);
        assertEquals(List.of(first), answers(ledger.answered(pong)));
    }

    @Test
    void pingsWithoutAPongCanBeTakenOutForFailingThem() {
        ledger.add(1, first);
        ByteBuffer payload = ledger.add(2, second).payload();
        assertEquals(List.of(first, second), answers(ledger.drop()));
        assertEquals(List.of(), ledger.answered(payload));
        assertEquals(List.of(), ledger.drop());
    }

    @Test
    void aPingAfterADropHasANewNumber() {
        ByteBuffer dropped = ledger.add(1, first).payload();
        ledger.drop();
        ledger.add(2, second);
        assertEquals(List.of(), ledger.answered(dropped));
    }

    private static List<CompletableFuture<Duration>> answers(List<PingLedger.Ping> pings) {
        return pings.stream().map(PingLedger.Ping::answer).toList();
    }
}
