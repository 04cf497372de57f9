package io.duplex.internal.session;

import io.duplex.ConnectionOptions;
import io.duplex.Delivery;
import io.duplex.Limits;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.EncodedFrames;
import io.duplex.extension.ExtensionHeader;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.internal.blocking.Inbox;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Cuts;
import io.duplex.testkit.Frames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** What a peer may send on an open connection, each at any size; counted by {@link LinearCostTest}. */
final class LinearSessions {
    private static final int FRAGMENT_BYTES = 8;
    private static final Cuts BYTEWISE = Cuts.every(1);
    private static final String CHARACTERS = "a\u00e9\u20ac\ud83d\ude00";

    private LinearSessions() {}

    private static final WebSocketHandler WHOLE = new WebSocketHandler() {
        @Override
        public void onBinary(WebSocket ws, ByteBuffer payload) {
            // Taken.
        }
    };

    private static final WebSocketHandler PARTS = new WebSocketHandler() {
        @Override
        public Delivery delivery() {
            return Delivery.PARTS;
        }
    };

    private static ConnectionOptions options() {
        return Pair.options(ConnectionOptions.SERVER)
                .withLimits(new Limits(1 << 24, 1 << 24, 1 << 24, 1 << 24));
    }

    private static Solo solo(Role role, WebSocketHandler handler) {
        return new Solo(role, handler, options()).connect();
    }

    private static Frames[] fragments(boolean text, byte[] content, int fragmentBytes) {
        int count = Math.ceilDiv(content.length, fragmentBytes);
        Frames[] frames = new Frames[count];
        for (int i = 0; i < count; i++) {
            byte[] part = java.util.Arrays.copyOfRange(content, i * fragmentBytes,
                    Math.min(content.length, (i + 1) * fragmentBytes));
            Frames frame = i > 0 ? Frames.continuation(part) : Frames.of(text ? 1 : 2, part);
            frames[i] = i < count - 1 ? frame.notFinal() : frame;
        }
        return frames;
    }

    private static Frames[] fragments(int count) {
        return fragments(false, new byte[count * FRAGMENT_BYTES], FRAGMENT_BYTES);
    }

    private static byte[] text(int count) {
        return CHARACTERS.repeat(count).getBytes(StandardCharsets.UTF_8);
    }

    static void fragmentsToAServer(int size) {
        solo(Role.SERVER, WHOLE).feed(fragments(size));
    }

    static void fragmentsToAClient(int size) {
        solo(Role.CLIENT, WHOLE).feed(fragments(size));
    }

    static void fragmentsByteByByte(int size) {
        solo(Role.SERVER, WHOLE).cut(BYTEWISE).feed(fragments(size));
    }

    static void fragmentsOfText(int size) {
        solo(Role.SERVER, WHOLE).feed(fragments(true, text(size), 1));
    }

    static void emptyFragments(int size) {
        Frames[] frames = fragments(size);
        java.util.Arrays.fill(frames, 1, size - 1, Frames.continuation().notFinal());
        solo(Role.SERVER, WHOLE).feed(frames);
    }

    static void oneFrameByteByByte(int size) {
        solo(Role.SERVER, WHOLE).cut(BYTEWISE).feed(Frames.of(2, new byte[10 * size]));
    }

    static void oneFrameThatIsNotTheLastByteByByte(int size) {
        solo(Role.SERVER, WHOLE).cut(BYTEWISE)
                .feed(Frames.of(2, new byte[10 * size]).notFinal(), Frames.continuation());
    }

    static void textByteByByte(int size) {
        solo(Role.CLIENT, WHOLE).cut(BYTEWISE).feed(Frames.of(1, text(size)));
    }

    static void partsOfFragments(int size) {
        solo(Role.SERVER, PARTS).feed(fragments(size));
    }

    static void partsOfTextByteByByte(int size) {
        solo(Role.SERVER, PARTS).cut(BYTEWISE).feed(Frames.of(1, text(size)));
    }

    static void manySmallMessages(int size) {
        Frames[] frames = new Frames[size];
        java.util.Arrays.fill(frames, Frames.text("a"));
        solo(Role.SERVER, WHOLE).feed(frames);
    }

    static void manySmallMessagesOneAtATime(int size) {
        Solo solo = solo(Role.SERVER, WHOLE);
        solo.socket().pause();
        Frames[] frames = new Frames[size];
        java.util.Arrays.fill(frames, Frames.text("a"));
        solo.feedUnread(frames);
        for (int i = 0; i < size; i++) {
            solo.socket().demand(1);
            solo.run();
        }
    }

    static void controlFramesBetweenFragments(int size) {
        List<Frames> frames = new ArrayList<>();
        for (Frames fragment : fragments(size)) {
            frames.add(fragment);
            frames.add(Frames.ping("p"));
            frames.add(Frames.pong("q"));
        }
        solo(Role.SERVER, WHOLE).feed(frames.toArray(Frames[]::new));
    }

    static void controlFramesByteByByte(int size) {
        Frames[] frames = new Frames[size];
        java.util.Arrays.fill(frames, Frames.ping("p".repeat(100)));
        solo(Role.SERVER, WHOLE).cut(BYTEWISE).feed(frames);
    }

    static void pongsThatAnswerManyPings(int size) {
        Solo solo = solo(Role.SERVER, WHOLE);
        Frames[] pongs = new Frames[size];
        for (int i = 0; i < size; i++) {
            solo.socket().ping();
            pongs[i] = pong(i + 1);
        }
        solo.run().feed(pongs);
    }

    static void pongsThatAnswerNoneOfManyPings(int size) {
        Solo solo = solo(Role.SERVER, WHOLE);
        Frames[] pongs = new Frames[size];
        for (int i = 0; i < size; i++) {
            solo.socket().ping();
            pongs[i] = pong(size + 1);
        }
        solo.run().feed(pongs);
    }

    private static Frames pong(long number) {
        return Frames.of(10, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    static void callbacksOnAnExecutor(int size) {
        List<Runnable> tasks = new ArrayList<>();
        Solo solo = new Solo(PARTS, options(), tasks::add).connect();
        for (Frames fragment : fragments(size)) {
            solo.feed(fragment);
        }
        while (!tasks.isEmpty()) {
            tasks.removeLast().run();
            solo.run();
        }
    }

    static void blockingStyle(int size) throws InterruptedException {
        Inbox inbox = new Inbox();
        Solo solo = solo(Role.SERVER, inbox);
        for (Frames fragment : fragments(size)) {
            solo.feed(fragment);
            try {
                inbox.take(Duration.ZERO);
            } catch (TimeoutException notYet) {
                // What has come is assembled so far.
            }
        }
    }

    static void blockingStyleOfText(int size) throws InterruptedException {
        Inbox inbox = new Inbox();
        Solo solo = solo(Role.SERVER, inbox);
        for (Frames fragment : fragments(true, text(size), 1)) {
            solo.feed(fragment);
            try {
                inbox.take(Duration.ZERO);
            } catch (TimeoutException notYet) {
                // What has come is assembled so far.
            }
        }
    }

    // ---- compressed

    private static Solo deflating(WebSocketHandler handler, String offer) {
        var agreed = PerMessageDeflate.create()
                .accept(ExtensionHeader.parse(List.of(offer)).getFirst())
                .orElseThrow();
        return new Solo(Role.SERVER, handler, options(), List.of(agreed.extension())).connect();
    }

    private static Frames[] compressed(Frames[] frames) {
        frames[0] = frames[0].withRsv(4);
        return frames;
    }

    static void compressedFragments(int size) {
        byte[] wire = EncodedFrames.compressed(EncodedFrames.noise(size * FRAGMENT_BYTES));
        deflating(WHOLE, "permessage-deflate").feed(compressed(fragments(false, wire, FRAGMENT_BYTES)));
    }

    static void compressedByteByByte(int size) {
        byte[] wire = EncodedFrames.compressed(EncodedFrames.noise(size));
        deflating(WHOLE, "permessage-deflate").cut(BYTEWISE)
                .feed(compressed(fragments(false, wire, wire.length)));
    }

    static void compressedPartsByteByByte(int size) {
        byte[] wire = EncodedFrames.compressed(text(size));
        deflating(PARTS, "permessage-deflate").cut(BYTEWISE)
                .feed(compressed(fragments(true, wire, wire.length)));
    }

    static void compressedThatInflatesALot(int size) {
        byte[] wire = EncodedFrames.compressed(new byte[size * 1000]);
        deflating(WHOLE, "permessage-deflate").feed(compressed(fragments(false, wire, FRAGMENT_BYTES)));
    }

    static void emptyCompressedBlocks(int size) {
        byte[] wire = new byte[2 * size + 1];
        for (int i = 0; i < size; i++) {
            wire[2 * i] = 3;
        }
        deflating(WHOLE, "permessage-deflate").feed(compressed(fragments(false, wire, 64)));
    }

    static void manyCompressedMessages(int size) {
        byte[] wire = EncodedFrames.compressed("compressed".getBytes(StandardCharsets.US_ASCII));
        Frames[] frames = new Frames[size];
        java.util.Arrays.fill(frames, Frames.of(2, wire).withRsv(4));
        deflating(WHOLE, "permessage-deflate; client_max_window_bits").feed(frames);
    }

    // ---- the way out, to a peer that reads slowly

    static void answersToAPeerThatReadsByteByByte(int size) {
        Solo solo = solo(Role.SERVER, WHOLE);
        for (int i = 0; i < size; i++) {
            solo.socket().send(new byte[10]);
        }
        for (int i = 0; i < 12 * size; i++) {
            solo.takeBytes(1);
            solo.run();
        }
    }
}
