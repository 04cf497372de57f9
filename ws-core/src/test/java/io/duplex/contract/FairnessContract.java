package io.duplex.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.server.Endpoint;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.Flood;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Patience;
import io.duplex.testkit.RawSocket;
import io.duplex.transport.WorkBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Peers that flood the server do not hold up another connection. What is measured is work, not time: how much
 * of the flood the server has delivered from the moment that a probe's message lies in its socket until the
 * handler gets it. The unit is the turn, which is what {@link WorkBudget} allows one connection; so the bound
 * does not depend on how fast the machine is.
 */
abstract class FairnessContract extends ContractPart {
    private static final int FLOODERS = 4;
    /**
     * What the probe may wait for on an event loop, for each flooder: the rest of a turn, a whole one, and
     * one to spare.
     */
    private static final int TURNS_FOR_EACH = 3;
    /**
     * As above, where each connection has a thread: the poller, the connection and its callback are each
     * scheduled after the flooders, by the operating system or as virtual threads.
     */
    private static final int TURNS_FOR_EACH_ON_THREADS = 25;
    /**
     * Rounds. On an event loop the median counts. On threads the lower quartile does: the operating system
     * may hold up the thread that the probe waits for while flooders on others go on, which makes a figure
     * greater, never smaller.
     */
    private static final int PROBES = 21;
    /** A probe that has waited for so many turns is starved; it is not waited for any longer. */
    private static final long STARVED_TURNS = 400L * FLOODERS;
    private static final int PIECE_BYTES = 64 << 10;
    /** More than a turn's. */
    private static final int INFLATED_BYTES = 300_000;
    private static final int FRAGMENTS = 100;

    FairnessContract(TransportContract on) {
        super(on);
    }

    /** What flooders send, and how many of the callbacks that follow fit in a turn. */
    enum Kind {
        EMPTY_MESSAGES(WorkBudget.PIECES), SMALL_MESSAGES(WorkBudget.PIECES), INFLATED_MESSAGES(1),
        PINGS(WorkBudget.PIECES), FRAGMENTS(WorkBudget.PIECES / FairnessContract.FRAGMENTS);

        private final int callbacksInATurn;

        Kind(int callbacksInATurn) {
            this.callbacksInATurn = callbacksInATurn;
        }

        private byte[] unit() {
            return switch (this) {
                case EMPTY_MESSAGES -> Frames.binary().mask().bytes();
                case SMALL_MESSAGES -> Frames.text("ab").mask().bytes();
                case INFLATED_MESSAGES -> Frames.binary(deflated()).withRsv(4).mask().bytes();
                case PINGS -> Frames.ping("").mask().bytes();
                case FRAGMENTS -> fragments();
            };
        }

        /** Whole units, as many as make a large write. */
        byte[] piece() {
            byte[] unit = unit();
            byte[][] units = new byte[PIECE_BYTES / unit.length][];
            Arrays.fill(units, unit);
            return Frames.join(units);
        }
    }

    /** Zeros, without the four bytes that RFC 7692 section 7.2.1 leaves out. */
    private static byte[] deflated() {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(new byte[INFLATED_BYTES]);
            byte[] out = new byte[8 << 10];
            int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(out, length - 4);
        } finally {
            deflater.end();
        }
    }

    private static byte[] fragments() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(Frames.text("").notFinal().mask().bytes());
        for (int i = 2; i < FRAGMENTS; i++) {
            all.writeBytes(Frames.continuation().notFinal().mask().bytes());
        }
        all.writeBytes(Frames.continuation().mask().bytes());
        return all.toByteArray();
    }

    /** Counts what came of a flood, by the thread of the callbacks. */
    private static final class Sink implements WebSocketHandler {
        private final Map<Thread, AtomicLong> callbacks = new ConcurrentHashMap<>();

        @Override
        public void onText(WebSocket ws, String text) {
            count();
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            count();
        }

        @Override
        public void onPing(WebSocket ws, ByteBuffer payload) {
            count();
        }

        private void count() {
            callbacks.computeIfAbsent(Thread.currentThread(), unused -> new AtomicLong()).incrementAndGet();
        }

        /**
         * What competes with a callback on a thread: the flooders on the same event loop if there are any,
         * because the operating system may hold up that loop while others go on; otherwise all flooders.
         */
        long competing(Thread thread) {
            AtomicLong onTheSame = thread == null ? null : callbacks.get(thread);
            return onTheSame != null ? onTheSame.get() : total();
        }

        long total() {
            return callbacks.values().stream().mapToLong(AtomicLong::get).sum();
        }
    }

    /** Notes how much of the flood was delivered when a probe came. */
    private static final class Probed implements WebSocketHandler {
        private final Sink sink;
        private volatile long deliveredBefore = -1;
        /** Of the probe before, and of all if the connection belongs to an event loop. */
        private volatile Thread thread;

        Probed(Sink sink) {
            this.sink = sink;
        }

        @Override
        public void onText(WebSocket ws, String text) {
            deliveredBefore = sink.competing(thread);
            thread = Thread.currentThread();
            ws.send(text);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @DisplayName("3.10 a probe waits for a few turns of those that flood the server, whatever they send")
    void aProbeWaitsForAFewTurns(Kind kind) throws IOException {
        Sink sink = new Sink();
        Probed probed = new Probed(sink);
        WebSocketServer server = start(on.server()
                .endpoint("/probe", probed)
                .endpoint("/", Endpoint.builder()
                        .handler(sink)
                        .extensions(List.of(PerMessageDeflate.create()))
                        .build()));
        RawSocket probe = rawSocket(server).handshake("/probe");
        byte[] piece = kind.piece();
        List<RawSocket> flooders = new ArrayList<>();
        for (int i = 0; i < FLOODERS; i++) {
            RawSocket flooder =
                    rawSocket(server).handshake("/", "Sec-WebSocket-Extensions: permessage-deflate");
            flooders.add(flooder);
            closeLater(new Flood(flooder.out(), piece, Long.MAX_VALUE));
        }
        Patience.await("the flood runs", () -> sink.total() > 10L * kind.callbacksInATurn);
        probe(probe, probed, kind);
        long[] turns = new long[PROBES];
        for (int i = 0; i < PROBES; i++) {
            turns[i] = probe(probe, probed, kind);
        }
        // An orderly end of TLS would wait for its turn after the flood.
        for (RawSocket flooder : flooders) {
            flooder.reset();
        }
        Arrays.sort(turns);
        boolean onLoop = sink.callbacks.containsKey(probed.thread);
        int counts = onLoop ? PROBES / 2 : PROBES / 4;
        assertTrue(turns[counts] <= FLOODERS * (onLoop ? TURNS_FOR_EACH : TURNS_FOR_EACH_ON_THREADS),
                () -> "turns of flooders before the probe, of which number " + counts + " counts: "
                        + Arrays.toString(turns));
    }

    /** Sends one message; returns how many turns the flooders had before it was delivered. */
    private static long probe(RawSocket probe, Probed probed, Kind kind) throws IOException {
        probed.deliveredBefore = -1;
        probe.write(Frames.text("probe").mask());
        // Not before: the write itself may be held up.
        Thread thread = probed.thread;
        long sent = probed.sink.competing(thread);
        Patience.await("the probe is delivered", () -> {
            long waited = (probed.sink.competing(thread) - sent) / kind.callbacksInATurn;
            assertTrue(waited < STARVED_TURNS || probed.deliveredBefore >= 0,
                    () -> "the probe was not delivered in " + waited + " turns of flooders");
            return probed.deliveredBefore >= 0;
        });
        assertEquals("probe", probe.readFrame().text());
        return Math.max(0, probed.deliveredBefore - sent) / kind.callbacksInATurn;
    }
}
