package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.extension.Extension;
import io.duplex.extension.ExtensionHeader;
import io.duplex.testkit.Recorder;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Passes messages through; {@link #hold} stops it in the middle of one until a latch opens. */
final class HeldExtension implements Extension {
    final List<String> seen = new ArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private volatile CountDownLatch held = new CountDownLatch(0);
    volatile boolean closed;
    volatile boolean throwsWhenClosed;
    volatile boolean keepsBack;
    /** Encodes each message to its first byte. */
    volatile boolean shrinks;
    volatile RuntimeException closeFailure;
    volatile Throwable thrown;

    /** The next message stands still until the latch is open. */
    CountDownLatch hold() {
        held = new CountDownLatch(1);
        return held;
    }

    void awaitHeld() {
        awaitLatch(entered);
    }

    @Override
    public ExtensionHeader agreed() {
        return ExtensionHeader.parse(List.of("held")).get(0);
    }

    @Override
    public int reservedBits() {
        return 4;
    }

    @Override
    public boolean encodes(boolean text, long payloadBytes) {
        return true;
    }

    @Override
    public void encode(ByteBuffer part, boolean last, Consumer<ByteBuffer> out) {
        assertEquals(1, inside.incrementAndGet(), "one at a time");
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        synchronized (seen) {
            seen.add(new String(bytes, StandardCharsets.UTF_8));
        }
        entered.countDown();
        awaitLatch(held);
        inside.decrementAndGet();
        if (closed && throwsWhenClosed) {
            throw new IllegalStateException("the extension is closed");
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        kept.writeBytes(bytes);
        if (kept.size() > 0 && (last || !keepsBack)) {
            byte[] all = kept.toByteArray();
            kept.reset();
            out.accept(ByteBuffer.wrap(all, 0, shrinks ? 1 : all.length));
        }
    }

    @Override
    public void decode(ByteBuffer part, boolean last, Sink out) {
        throw new AssertionError("nothing is received");
    }

    @Override
    public void close() {
        closed = true;
        if (closeFailure != null) {
            throw closeFailure;
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertTrue(latch.await(Recorder.WAIT_NANOS, TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
