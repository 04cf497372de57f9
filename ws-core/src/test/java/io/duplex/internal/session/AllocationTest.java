package io.duplex.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A small binary message costs no allocation on its whole way: send, frame, mask, read, callback, and the
 * same back. The masking keys come from a generator that allocates nothing; the platform's does, for each
 * draw of 256 keys.
 */
class AllocationTest {
    /**
     * What the compiler moves to the heap while it is still at work shows in one round, what a message costs
     * in each.
     */
    private static final int ROUNDS = 3;
    private static final int MESSAGES = 100_000;
    private static final int WARM_UP_MESSAGES = 20_000;
    private static final int PAYLOAD_BYTES = 125;
    /** Far less than a byte for each message; what is left is the measuring's own and the compiler's. */
    private static final long SLACK_BYTES = 1024;

    private final ByteBuffer payload = ByteBuffer.allocate(PAYLOAD_BYTES);
    private final Counter answers = new Counter();

    /** As many messages in one read as this end keeps slices for, and one. */
    @ParameterizedTest
    @ValueSource(ints = { 1, 16 })
    void anEchoOfSmallBinaryMessagesAllocatesNothing(int pipelined) throws ReflectiveOperationException {
        Allocated allocated = new Allocated();
        Pair pair = new Pair(answers, new Echo()).connect();
        run(pair, WARM_UP_MESSAGES, pipelined);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            answers.messages = 0;
            long before = allocated.bytes();
            run(pair, MESSAGES, pipelined);
            least = Math.min(least, allocated.bytes() - before);
            assertEquals(MESSAGES, answers.messages);
        }
        assertTrue(least <= SLACK_BYTES, least + " bytes for " + MESSAGES + " messages");
    }

    private void run(Pair pair, int messages, int pipelined) {
        for (int i = 0; i < messages; i += pipelined) {
            for (int message = 0; message < pipelined; message++) {
                pair.client().send(payload.rewind());
            }
            pair.link().run();
        }
    }

    /**
     * How much this thread has allocated. By reflection, looked up once: tests are compiled as a part of the
     * core's module, which does not read {@code jdk.management}.
     */
    private static final class Allocated {
        private final Object bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        private final Method read = Class.forName("com.sun.management.ThreadMXBean")
                .getMethod("getCurrentThreadAllocatedBytes");

        Allocated() throws ReflectiveOperationException {
            // The lookups above may throw.
        }

        long bytes() throws ReflectiveOperationException {
            return (long) read.invoke(bean);
        }
    }

    private static final class Echo implements WebSocketHandler {
        @Override
        public void onBinary(WebSocket ws, ByteBuffer message) {
            ws.send(message);
        }
    }

    private static final class Counter implements WebSocketHandler {
        private int messages;

        @Override
        public void onBinary(WebSocket ws, ByteBuffer message) {
            messages += message.remaining() == PAYLOAD_BYTES ? 1 : 0;
        }
    }
}
