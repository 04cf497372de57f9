package io.duplex.internal.session;

import io.duplex.testkit.RawFrame;
import io.duplex.transport.LayerHost;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A transport that a test drives by hand; any thread may send. */
final class ManualHost implements LayerHost {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    /** How often the session has said that there is output. */
    final AtomicInteger wakeups = new AtomicInteger();
    volatile Thread transport;

    /** Takes all pending output and returns its frames. */
    List<RawFrame> drain(Session session) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
        boolean more;
        do {
            more = session.produce(chunk.clear(), 0);
            wire.write(chunk.array(), 0, chunk.position());
            session.sent(0);
        } while (more);
        ByteArrayInputStream bytes = new ByteArrayInputStream(wire.toByteArray());
        wire.reset();
        List<RawFrame> frames = new ArrayList<>();
        while (bytes.available() > 0) {
            frames.add(RawFrame.read(bytes));
        }
        return frames;
    }

    void runTasks() {
        for (Runnable task; (task = tasks.poll()) != null;) {
            task.run();
        }
    }

    @Override
    public void outputReady() {
        // The test drains when it likes.
        wakeups.incrementAndGet();
    }

    @Override
    public void inputReady() {
        // Nothing is received.
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void flush() {
        // The test drains when it likes.
    }

    @Override
    public boolean inTransportThread() {
        return Thread.currentThread() == transport;
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public SocketAddress localAddress() {
        return new InetSocketAddress("127.0.0.1", 1);
    }

    @Override
    public SocketAddress remoteAddress() {
        return new InetSocketAddress("127.0.0.1", 2);
    }
}
