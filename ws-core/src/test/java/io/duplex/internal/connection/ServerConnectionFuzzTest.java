package io.duplex.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.duplex.http.HttpResponse;
import io.duplex.testkit.Cuts;
import io.duplex.testkit.Event;
import io.duplex.testkit.Recorder;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * A whole server's connection that gets any bytes at all: it throws nothing, does not spin (the memory host
 * sees both), answers in bounds, understands the same however the bytes are cut, and is over in bounded time
 * after its peer has ended.
 */
class ServerConnectionFuzzTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @FuzzTest(maxDuration = "10s")
    void anyBytesAreAnsweredInBoundsAndEnd(byte[] data) {
        if (data.length == 0) {
            return;
        }
        // The first byte chooses the cuts, how much a peer's kernel holds, and whether answers come later.
        int choice = data[0] & 0xFF;
        byte[] wire = Arrays.copyOfRange(data, 1, Math.min(data.length, 1 << 14));
        assertEquals(outcome(wire, Cuts.WHOLE, 1 << 16, false),
                outcome(wire, Cuts.every(1 + (choice & 0x0F)), 1 << (choice >> 4 & 7) + 3, choice >= 0x80));
    }

    private static String outcome(byte[] wire, Cuts cuts, int capacityBytes, boolean late) {
        ServerBench bench = new ServerBench(new Recorder().on(Event.Text.class,
                (ws, event) -> ws.send(event.text())));
        bench.cuts = cuts;
        bench.capacityBytes = capacityBytes;
        CompletableFuture<HttpResponse> later = new CompletableFuture<>();
        if (late) {
            bench.http = request -> {
                bench.asked.add(request.method() + " " + request.target().path());
                return later.thenApply(response -> ServerBench.text("page " + request.target().path()));
            };
        }
        RawPeer peer = bench.connect();
        peer.toLayer.write(ByteBuffer.wrap(wire));
        peer.run();
        later.complete(HttpResponse.of(200));
        peer.fin();
        assertTrue(peer.fromLayer.bytesWritten() < 2000 + 16L * wire.length,
                "answered " + peer.fromLayer.bytesWritten());
        String understood = bench.asked + " " + bench.refused + " " + bench.failures + " "
                + (bench.connection.session() != null);
        peer.advance(LONG);
        peer.advance(LONG);
        assertTrue(peer.host.isReleased(), "not over: " + bench.connection.outputState());
        assertEquals(1, bench.gone);
        return understood;
    }
}
