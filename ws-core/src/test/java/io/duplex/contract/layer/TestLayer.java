package io.duplex.contract.layer;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A layer that records its calls and sends the bytes it is given. It also watches the contract of every call:
 * receiving calls and production alone, in order, nothing after the last; what it finds is in {@link
 * #violations}. A test changes what it does by overriding one of the {@code on...} methods.
 */
public class TestLayer implements ByteLayer {
    private static final long PATIENCE_SECONDS = 20;

    /** Breaches of the contract by the transport. */
    public final Queue<String> violations = new ConcurrentLinkedQueue<>();
    /** The thread of each receiving call, in order. */
    public final Queue<Thread> callers = new ConcurrentLinkedQueue<>();
    /** The names of the threads that took output. */
    public final Set<String> producers = ConcurrentHashMap.newKeySet();
    /** Calls of {@link #produce}. */
    public final AtomicInteger produced = new AtomicInteger();
    /** Calls of {@link #sent}. */
    public final AtomicInteger writes = new AtomicInteger();
    public volatile boolean wantsRead = true;
    public volatile OutputState state = OutputState.OPEN;
    public volatile long deadlineNanos = NEVER;
    public volatile LayerHost host;
    public volatile TcpEnd ending;
    public volatile IOException failure;
    public volatile long receivedBytes;
    public volatile boolean failProduce;
    public volatile Optional<Duration> lingerTime = Optional.empty();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final ArrayDeque<ByteBuffer> output = new ArrayDeque<>();
    private final AtomicInteger receiving = new AtomicInteger();
    private final AtomicInteger producing = new AtomicInteger();
    private volatile Thread caller;
    private boolean signalled;

    protected void onAttach() {}

    protected void onConnected() {}

    protected void onReceive(ByteBuffer src) {
        byte[] bytes = new byte[src.remaining()];
        src.get(bytes);
        record(bytes);
    }

    protected void onEnd() {}

    protected void onDue() {}

    protected void onProduced() {}

    /** Returns whether a receiving call is under way on the current thread. */
    public final boolean receivingNow() {
        return caller == Thread.currentThread();
    }

    /** Notes bytes as received. */
    protected final void record(byte[] bytes) {
        change(() -> received.writeBytes(bytes));
    }

    /** Queues bytes and notifies the transport, once for a burst. Any thread. */
    public final void send(byte[] bytes) {
        send(ByteBuffer.wrap(bytes));
    }

    public final void send(ByteBuffer bytes) {
        lock.lock();
        boolean tell;
        try {
            output.add(bytes);
            tell = !signalled;
            signalled = true;
        } finally {
            lock.unlock();
        }
        if (tell && host != null) {
            host.outputReady();
        }
    }

    /** Changes the output state and notifies the transport. Any thread. */
    public final void become(OutputState next) {
        state = next;
        host.outputReady();
    }

    public final void setDeadline(long nanos) {
        deadlineNanos = nanos;
        host.outputReady();
    }

    /** Returns the queued bytes that were not produced. */
    public final long waitingBytes() {
        lock.lock();
        try {
            return output.stream().mapToLong(ByteBuffer::remaining).sum();
        } finally {
            lock.unlock();
        }
    }

    public final byte[] received() {
        lock.lock();
        try {
            return received.toByteArray();
        } finally {
            lock.unlock();
        }
    }

    public final List<String> events() {
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    public final void awaitEvent(String event) {
        await("event " + event, () -> events.contains(event));
    }

    public final void awaitReceived(int bytes) {
        await(bytes + " bytes", () -> received.size() >= bytes);
    }

    /** Waits for something that changes with an event, with received bytes or with production. */
    public final void await(String what, BooleanSupplier condition) {
        long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new AssertionError(
                            "no " + what + "; events " + events + ", violations " + violations);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            lock.unlock();
        }
    }

    /** Something that {@link #await} may wait for has changed. */
    public final void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Notes an event from inside a receiving call; for tasks of tests too. */
    public final void call(String event, Runnable body) {
        if (receiving.getAndIncrement() != 0) {
            violations.add(event + " during another receiving call");
        }
        if (ending != null) {
            violations.add(event + " after released");
        }
        callers.add(Thread.currentThread());
        caller = Thread.currentThread();
        try {
            body.run();
        } finally {
            caller = null;
            receiving.decrementAndGet();
            change(() -> events.add(event));
        }
    }

    @Override
    public final void attach(LayerHost layerHost, long nanoTime) {
        host = layerHost;
        call("attach", this::onAttach);
    }

    @Override
    public final void connected(long nanoTime) {
        call("connected", this::onConnected);
    }

    @Override
    public final void receive(ByteBuffer src, long nanoTime) {
        int before = src.remaining();
        call("receive", () -> onReceive(src));
        receivedBytes += before - src.remaining();
    }

    @Override
    public final void receiveEnd(long nanoTime) {
        call("receiveEnd", this::onEnd);
    }

    @Override
    public final void receiveFailure(IOException cause, long nanoTime) {
        failure = cause;
        call("receiveFailure", () -> {});
    }

    @Override
    public final void onDeadline(long nanoTime) {
        if (nanoTime < deadlineNanos) {
            violations.add("deadline early");
        }
        deadlineNanos = NEVER;
        call("deadline", this::onDue);
    }

    @Override
    public final void released(TcpEnd how, long nanoTime) {
        call("released", () -> ending = how);
    }

    @Override
    public final boolean produce(ByteBuffer dst, long nanoTime) {
        if (producing.getAndIncrement() != 0) {
            violations.add("produce during another");
        }
        if (ending != null) {
            violations.add("produce after released");
        }
        produced.incrementAndGet();
        producers.add(Thread.currentThread().getName());
        lock.lock();
        try {
            if (failProduce) {
                throw new IllegalStateException("on purpose");
            }
            return fill(dst);
        } finally {
            changed.signalAll();
            lock.unlock();
            producing.decrementAndGet();
        }
    }

    private boolean fill(ByteBuffer dst) {
        while (!output.isEmpty() && dst.hasRemaining()) {
            ByteBuffer first = output.peek();
            int count = Math.min(first.remaining(), dst.remaining());
            dst.put(first.slice(first.position(), count));
            first.position(first.position() + count);
            if (!first.hasRemaining()) {
                output.poll();
            }
        }
        signalled = !output.isEmpty();
        onProduced();
        return signalled;
    }

    @Override
    public final void sent(long nanoTime) {
        change(writes::incrementAndGet);
    }

    @Override
    public boolean wantsRead() {
        return wantsRead;
    }

    @Override
    public final OutputState outputState() {
        return state;
    }

    @Override
    public final Optional<Duration> lingerTime() {
        return lingerTime;
    }

    @Override
    public final long nextDeadlineNanos() {
        return deadlineNanos;
    }
}
