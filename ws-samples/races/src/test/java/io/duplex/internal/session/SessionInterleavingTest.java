package io.duplex.internal.session;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.Message;
import io.duplex.SendStatus;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.internal.protocol.Role;
import io.duplex.races.Exploration;
import io.duplex.races.QuietHost;
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
 * Threads that send and close while the transport's thread produces. The transport produces only when it was
 * woken, so a wake-up that is missing leaves output behind; each message that was accepted is produced once,
 * each future completes.
 */
public final class SessionInterleavingTest {
    private static final int FRAME_BYTES = 3;

    private final Host host = new Host();
    private final Session session = OpenSessions.open(Role.SERVER, ConnectionOptions.SERVER,
            OpenSessions.REQUEST, OpenSessions.RESPONSE, List.of(), new WebSocketHandler() {},
            Optional.empty(), Optional.empty(), new ConnectionListener() {}, host, 1);
    private final WebSocket socket = session.socket();
    private final ByteBuffer wire = ByteBuffer.allocate(1 << 10);
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    /** Opens the session, as its transport does before other threads know it; a message waits. */
    public SessionInterleavingTest() {
        session.connected(0);
        host.woken.set(true);
        turn();
        send();
    }

    private static final class Host extends QuietHost {
        private final AtomicBoolean woken = new AtomicBoolean();
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

        @Override
        public void outputReady() {
            woken.set(true);
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    }

    @Operation
    public void send() {
        if (socket.send(new byte[] { 1 }) == SendStatus.ACCEPTED) {
            accepted.incrementAndGet();
        }
    }

    @Operation
    public void sendAsync() {
        open.incrementAndGet();
        socket.sendAsync(new Message.Binary(new byte[] { 1 })).whenComplete((nothing, failure) -> {
            open.decrementAndGet();
            if (failure == null) {
                accepted.incrementAndGet();
            }
        });
    }

    @Operation
    public void close() {
        socket.close();
    }

    /** The transport's thread. */
    @Operation(nonParallelGroup = "transport")
    public void turn() {
        for (Runnable task; (task = host.tasks.poll()) != null;) {
            task.run();
        }
        if (host.woken.getAndSet(false)) {
            boolean more = true;
            while (more) {
                more = session.produce(wire, 0);
                session.sent(0);
            }
        }
    }

    @Validate
    public void allIsProduced() {
        turn();
        turn();
        int produced = wire.position();
        session.produce(wire, 0);
        if (wire.position() != produced || socket.bufferedAmount() != 0) {
            throw new AssertionError("output that the transport was not woken for");
        }
        if (open.get() != 0) {
            throw new AssertionError(open + " futures wait");
        }
        int messages = 0;
        for (int i = 0; i < produced && wire.get(i) == (byte) 0x82; i += FRAME_BYTES) {
            messages++;
        }
        if (messages != accepted.get()) {
            throw new AssertionError(messages + " of " + accepted + " messages");
        }
    }

    @Test
    void noWakeUpIsLostAndEachMessageIsProducedOnce() {
        // The session's lock guards them.
        Exploration.explore(SessionInterleavingTest.class, 1, 8, 170, "io.duplex.internal.protocol.",
                "io.duplex.internal.pool.", "io.duplex.frame.", "io.duplex.transport.",
                "io.duplex.internal.session.Sender", "io.duplex.internal.session.SendQueue",
                "io.duplex.internal.session.Wakeup",
                "io.duplex.internal.session.SessionInterleavingTest$Host");
    }
}
