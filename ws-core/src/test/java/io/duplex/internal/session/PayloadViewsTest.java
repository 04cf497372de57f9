package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.Timeouts;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.Negotiated;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.frame.WebSocketProtocolException;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Frames;
import io.duplex.testkit.Payload;
import io.duplex.transport.ByteLayer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each buffer that a handler sees is a read-only slice of exactly one payload, whatever other handlers did to
 * theirs.
 */
class PayloadViewsTest {
    private static final ConnectionOptions OPTIONS = Pair.options(ConnectionOptions.SERVER);
    private static final Frames[] WIRE = { Frames.binary((byte) 'a', (byte) 'b'), Frames.ping("ping"),
        Frames.pong("pong"), Frames.binary(), Frames.ping(""), Frames.binary((byte) 'c').notFinal(),
        Frames.ping("between"), Frames.continuation((byte) 'd') };
    private static final List<String> SEEN =
            List.of("ab", "ping ping", "pong pong", "", "ping ", "ping between", "cd");

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void everyPayloadIsAnExactSlice(Delivery delivery) {
        byte[] wire = Solo.wire(Role.SERVER, WIRE);
        for (int cut = 0; cut < wire.length; cut++) {
            Spoiler handler = new Spoiler(delivery);
            Solo solo = new Solo(Role.SERVER, handler, OPTIONS).connect();
            solo.feed(Arrays.copyOf(wire, cut));
            solo.feed(Arrays.copyOfRange(wire, cut, wire.length));
            assertEquals(0, handler.inexact, "cut at " + cut);
            if (delivery == Delivery.WHOLE) {
                assertEquals(SEEN, handler.seen, "cut at " + cut);
            }
        }
    }

    @Test
    void anExecutorsCopiesAreExact() {
        Spoiler handler = new Spoiler(Delivery.WHOLE);
        Queue<Runnable> tasks = new ArrayDeque<>();
        Solo solo = new Solo(handler, OPTIONS, tasks::add).connect();
        solo.feed(WIRE);
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        assertEquals(SEEN, handler.seen);
        assertEquals(0, handler.inexact);
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void decodedPayloadsAreExactAndOutOfReach(Delivery delivery) {
        Spoiler handler = new Spoiler(delivery);
        try (Extension peer = deflate(); Extension own = deflate()) {
            Solo solo = new Solo(Role.SERVER, handler, OPTIONS, List.of(own)).connect();
            byte[] large = new byte[30_000];
            Arrays.fill(large, (byte) 'x');
            for (byte[] payload : new byte[][] { { 'a' }, large, {} }) {
                ByteArrayOutputStream encoded = new ByteArrayOutputStream();
                peer.encode(ByteBuffer.wrap(payload), true, piece -> {
                    handler.inexact += PayloadSlicesTest.isExact(piece) ? 0 : 1;
                    encoded.writeBytes(Payload.copyOf(piece).bytes());
                });
                solo.feed(Frames.binary(encoded.toByteArray()).withRsv(4));
            }
        }
        assertEquals("a" + "x".repeat(30_000), String.join("", handler.seen));
        assertEquals(0, handler.inexact);
    }

    private static Extension deflate() {
        return PerMessageDeflate.create()
                .accept(ExtensionHeader.of("permessage-deflate"))
                .map(Negotiated::extension)
                .orElseThrow();
    }

    /** Both ends: what an extension gets to encode, and what it gets to decode. */
    @Test
    void anExtensionGetsExactSlices() {
        List<ByteBuffer> got = new ArrayList<>();
        Spoiler handler = new Spoiler(Delivery.WHOLE);
        Solo solo = new Solo(Role.SERVER, handler, OPTIONS, List.of(new Through(got))).connect();
        solo.feed(Frames.binary((byte) 'a', (byte) 'b').withRsv(2), Frames.binary((byte) 'c').withRsv(2));
        ByteBuffer message = ByteBuffer.wrap(Payload.of("head payload tail").bytes()).position(5).limit(12);
        solo.socket().send(message);
        assertEquals(12, message.position());
        assertEquals(List.of("binary payload"), solo.run().sentInWords());
        assertEquals(List.of(2, 1, 7), got.stream().map(ByteBuffer::capacity).toList());
        assertTrue(got.stream().allMatch(buffer -> buffer.isReadOnly() && !buffer.hasArray()));
        assertEquals(List.of("ab", "c"), handler.seen);
        assertEquals(0, handler.inexact);
    }

    /** A slice that a handler keeps is its connection's own: changing it later reaches no other. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void aKeptSliceReachesNoOtherConnection(boolean empty) {
        Spoiler[] handlers = { new Spoiler(Delivery.WHOLE), new Spoiler(Delivery.WHOLE) };
        List<Solo> solos = new ArrayList<>();
        for (Spoiler handler : handlers) {
            solos.add(new Solo(Role.SERVER, handler, OPTIONS).connect());
        }
        byte[] payload = new byte[empty ? 0 : 3];
        for (int round = 0; round < 3; round++) {
            for (Solo solo : solos) {
                solo.feed(Frames.binary(payload));
            }
        }
        for (ByteBuffer one : handlers[0].kept) {
            assertFalse(handlers[1].kept.stream().anyMatch(other -> other == one));
        }
        assertEquals(0, handlers[0].inexact + handlers[1].inexact);
    }

    @Test
    void anIdleConnectionKeepsNoSlices() {
        ConnectionOptions timeless = OPTIONS.withTimeouts(
                Timeouts.DEFAULT.withoutKeepAlive());
        Solo solo = new Solo(Role.SERVER, new Spoiler(Delivery.WHOLE), timeless).connect();
        solo.feed(Frames.binary((byte) 1));
        assertTrue(solo.session().slices().areKept());
        solo.advance(Duration.ofSeconds(10));
        assertFalse(solo.session().slices().areKept());
        assertEquals(ByteLayer.NEVER, solo.session().nextDeadlineNanos());
        solo.feed(Frames.binary((byte) 1));
        assertTrue(solo.session().slices().areKept());
    }

    /** Looks at each buffer, keeps it, and leaves it as no other connection must find it. */
    private static final class Spoiler implements WebSocketHandler {
        private final Delivery delivery;
        private final List<String> seen = new ArrayList<>();
        private final List<ByteBuffer> kept = new ArrayList<>();
        private int inexact;

        Spoiler(Delivery delivery) {
            this.delivery = delivery;
        }

        @Override
        public Delivery delivery() {
            return delivery;
        }

        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            see("", payload);
        }

        @Override
        public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {
            see("", part);
        }

        @Override
        public void onPing(WebSocket ws, ByteBuffer payload) {
            see("ping ", payload);
        }

        @Override
        public void onPong(WebSocket ws, ByteBuffer payload) {
            see("pong ", payload);
        }

        private void see(String prefix, ByteBuffer payload) {
            inexact += PayloadSlicesTest.isExact(payload) ? 0 : 1;
            seen.add(prefix + Payload.copyOf(payload).text());
            kept.add(payload);
            payload.order(ByteOrder.LITTLE_ENDIAN).clear().mark();
        }
    }

    /** Passes everything on as it is. */
    private static final class Through implements Extension {
        private final List<ByteBuffer> got;

        Through(List<ByteBuffer> got) {
            this.got = got;
        }

        @Override
        public ExtensionHeader agreed() {
            return new ExtensionHeader("through", List.of());
        }

        @Override
        public int reservedBits() {
            return 2;
        }

        @Override
        public boolean encodes(boolean text, long payloadBytes) {
            return true;
        }

        @Override
        public void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
            got.add(part);
            out.accept(part);
        }

        @Override
        public void decode(ByteBuffer part, boolean last, Sink out)
                throws WebSocketProtocolException {
            got.add(part);
            out.accept(part);
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    }
}
