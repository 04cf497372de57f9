package io.duplex.internal.session;

import io.duplex.ConnectionListener;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.races.Exploration;
import io.duplex.races.QuietHost;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The receive thread queues callbacks, threads of an executor run them, and the application pauses and
 * resumes. At most one task is submitted, one callback runs at a time, in order, and none is left behind
 * while there is demand for it.
 */
public final class QueuedCallbacksInterleavingTest {
    private final Tasks tasks = new Tasks();
    private final Handler handler = new Handler();
    private final QueuedCallbacks callbacks = new QueuedCallbacks(tasks::add, new QuietHost(),
            new MemoryBudget(Long.MAX_VALUE), null, handler, new ConnectionListener() {}, new Wakeup(),
            () -> {},
            thrown -> {
                throw new AssertionError(thrown);
            });
    private int received;

    /** Starts with a message whose task waits. */
    public QueuedCallbacksInterleavingTest() {
        receive();
    }

    /** An executor whose threads are those that call {@link #runTask}. */
    private static final class Tasks {
        private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
        /** The queue reports what an executor throws as its rejection, so this is checked in the end. */
        private volatile boolean two;

        void add(Runnable task) {
            two |= !queue.isEmpty();
            queue.add(task);
        }

        Runnable poll() {
            return queue.poll();
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
    }

    @Operation(nonParallelGroup = "transport")
    public void receive() {
        callbacks.text(Integer.toString(received++), 1);
    }

    /** A thread of the executor. */
    @Operation
    public void runTask() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
    }

    @Operation(nonParallelGroup = "application")
    public void pause() {
        callbacks.demand().pause();
    }

    @Operation(nonParallelGroup = "application")
    public void resume() {
        callbacks.demand().resume();
        callbacks.demanded();
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Validate
    public void allIsDelivered() {
        runAll();
        boolean demanded = callbacks.demand().isOpen();
        int deliveredAtOnce = handler.next;
        resume();
        runAll();
        if (tasks.two || handler.next != received || demanded && deliveredAtOnce != received) {
            throw new AssertionError((tasks.two ? "two tasks, " : "") + deliveredAtOnce + ", and "
                    + handler.next + " after resume, of " + received + " delivered");
        }
    }

    /** One call each from a task that waits, and two each for what needs a state without a task. */
    @ParameterizedTest
    @CsvSource({ "1, 12, 100", "2, 10, 120" })
    void oneTaskAndOneCallbackAtATimeAndNoneLeftBehind(int calls, int scenarios, int interleavings) {
        Exploration.explore(QueuedCallbacksInterleavingTest.class, calls, scenarios, interleavings,
                "io.duplex.internal.pool.", "io.duplex.transport.", "io.duplex.internal.session.Wakeup",
                "io.duplex.internal.session.QueuedCallbacksInterleavingTest$Tasks");
    }
}
