package io.duplex.internal.session;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.internal.protocol.Role;
import io.duplex.races.Exploration;
import io.duplex.races.QuietHost;
import io.duplex.testkit.Frames;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * The receive thread queues callbacks, threads of an executor run them, and the application pauses and
 * resumes. One callback runs at a time, in order, and none is left behind without a task or a wake-up for it.
 */
public final class QueuedCallbacksInterleavingTest {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler();
    private final Session session = OpenSessions.open(Role.SERVER, ConnectionOptions.SERVER,
            OpenSessions.REQUEST, OpenSessions.RESPONSE, List.of(), handler, Optional.empty(),
            Optional.of(task -> tasks.add(task)), new ConnectionListener() {}, new Host(), 1);
    private final WebSocket socket = session.socket();
    private final AtomicBoolean inputDue = new AtomicBoolean();
    /** What the session has not taken yet. */
    private final ByteBuffer input = ByteBuffer.allocate(1 << 10).flip();
    private int received;

    /** Opens the session; its onOpen waits. */
    public QueuedCallbacksInterleavingTest() {
        session.connected(0);
    }

    private final class Host extends QuietHost {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void inputReady() {
            inputDue.set(true);
        }
    }

    private static final class Handler implements WebSocketHandler {
        private final AtomicInteger inside = new AtomicInteger();
        /** Not volatile: each callback happens before the next. */
        private int next;

        @Override
        public void onText(WebSocket ws, String text) {
            if (inside.getAndIncrement() != 0 || !text.equals(Integer.toString(next))) {
                throw new AssertionError("message " + text + " instead of " + next);
            }
            next++;
            inside.decrementAndGet();
        }

        @Override
        public void onError(WebSocket ws, Throwable cause) {
            throw new AssertionError(cause);
        }
    }

    @Operation(nonParallelGroup = "transport")
    public void receive() {
        input.compact().put(Frames.text(Integer.toString(received++)).mask().bytes()).flip();
        offer();
    }

    private void offer() {
        if (session.wantsRead()) {
            session.receive(input, 0);
        }
    }

    /** A thread of the executor. */
    @Operation
    public void runTask() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
    }

    @Operation
    public void pauseAndResume() {
        socket.pause();
        socket.demand(1);
        socket.resume();
    }

    @Validate
    public void allIsDelivered() {
        while (!tasks.isEmpty() || inputDue.get()) {
            runTask();
            if (inputDue.getAndSet(false)) {
                offer();
            }
        }
        if (handler.next != received) {
            throw new AssertionError(handler.next + " of " + received + " delivered");
        }
    }

    @Test
    void oneCallbackAtATimeAndNoneLeftBehind() {
        Exploration.explore(QueuedCallbacksInterleavingTest.class, 1, 10, 300);
    }
}
