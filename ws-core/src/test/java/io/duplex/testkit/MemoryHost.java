package io.duplex.testkit;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.ConnectionEnd;
import io.duplex.transport.ConnectionEnd.Step;
import io.duplex.transport.Durations;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputBatch;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.WorkBudget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * A transport for one {@link ByteLayer}, in memory: it reads from one {@link Pipe} and writes to another, one
 * {@link #step} at a time, on the test's thread and clock. It is as strict as the SPI allows: it produces
 * only when it was told {@link #outputReady}, and looks at the layer's state only where the SPI says that a
 * transport looks; a layer that forgets to tell stands still. It writes by copying and by gathering in turn,
 * and reads into the layer's memory if the layer names some. It allocates nothing after its construction,
 * unless the pipe is full. For one thread.
 */
public final class MemoryHost implements LayerHost {
    /** The maximum number of bytes of one read or one produce. */
    public static final int DEFAULT_BUFFER_BYTES = 16 << 10;

    private final ByteLayer attached;
    private ByteLayer layer;
    private final VirtualClock clock;
    private final Pipe in;
    private final Pipe out;
    private final ByteBuffer readBuffer;
    private final ByteBuffer writeBuffer;
    private final OutputBatch batch;
    /** Produced, and not taken by the pipe; null if there is no such output. */
    private ByteBuffer[] rest;
    private long writes;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final WorkBudget budget = new WorkBudget();
    private boolean outputWanted;
    private boolean reading;
    private boolean inReceivingCall;
    private OutputState state = OutputState.OPEN;
    private long deadlineNanos = ByteLayer.NEVER;
    /** The socket is closed but for the wait for the peer, until {@link #deadlineNanos}. */
    private boolean lingering;
    private final ConnectionEnd end = new ConnectionEnd(null);
    private Throwable taskFailure;
    private long outputReadyCalls;
    private long inputReadyCalls;

    /** As {@link #MemoryHost(ByteLayer, VirtualClock, Pipe, Pipe, int)}, with buffers of the default size. */
    public MemoryHost(ByteLayer layer, VirtualClock clock, Pipe in, Pipe out) {
        this(layer, clock, in, out, DEFAULT_BUFFER_BYTES);
    }

    /**
     * A host with buffers of any size.
     *
     * @param layer       a new layer
     * @param clock       the test's clock
     * @param in          what the peer writes
     * @param out         what the peer reads
     * @param bufferBytes what one read or one produce moves at most; positive
     */
    public MemoryHost(ByteLayer layer, VirtualClock clock, Pipe in, Pipe out, int bufferBytes) {
        this.attached = layer;
        this.layer = layer;
        this.clock = clock;
        this.in = in;
        this.out = out;
        readBuffer = ByteBuffer.allocate(bufferBytes).limit(0);
        writeBuffer = ByteBuffer.allocate(bufferBytes);
        batch = new OutputBatch(writeBuffer);
    }

    /** Attaches the layer and connects it. */
    public void connect() {
        attach();
        connected();
    }

    /** Attaches the layer: the TCP handshake is under way. */
    public void attach() {
        call(() -> layer.attach(this, nanoTime()));
    }

    /** The layer below is ready, after {@link #attach}. */
    public void connected() {
        call(() -> layer.connected(nanoTime()));
    }

    /**
     * Breaks the connection, or fails to make it.
     *
     * @param cause  what the layer gets
     * @param how    how TCP ended
     */
    public void fail(IOException cause, TcpEnd how) {
        call(() -> layer.receiveFailure(cause, nanoTime()));
        release(how);
    }

    /** Resets the connection, as a transport does that is closed. */
    public void reset() {
        out.reset();
        release(TcpEnd.RESET);
    }

    /** Steps until nothing moves. */
    public void run() {
        while (step()) {
            // Each step moved something; the layer's own state bounds their number.
        }
    }

    /**
     * Does each thing that is due once: a task, the deadline, a read, a write, the ending.
     *
     * @return whether anything was done
     */
    public boolean step() {
        if (isReleased() || lingering) {
            return lingering && !isReleased() && finishLinger();
        }
        return runTask() | fireDeadline() | read() | write() | finish();
    }

    private boolean runTask() {
        Runnable work = layer.pollTask();
        if (work != null) {
            work.run();
        }
        Runnable task = tasks.poll();
        if (task != null) {
            runReceivingTask(task);
        }
        return work != null || task != null;
    }

    private void runReceivingTask(Runnable task) {
        try {
            call(task);
        } catch (RuntimeException | Error e) {
            taskFailure = e;
            out.reset();
            release(TcpEnd.RESET);
        }
    }

    private boolean fireDeadline() {
        if (isReleased() || deadlineNanos > nanoTime()) {
            return false;
        }
        long before = deadlineNanos;
        beginCall();
        layer.onDeadline(nanoTime());
        endCall();
        // A layer that leaves its deadline in the past would be called for ever.
        if (!isReleased() && deadlineNanos == before && state != OutputState.ABORT) {
            throw new AssertionError("onDeadline left the deadline where it was, in the past: " + before);
        }
        return true;
    }

    private boolean read() {
        if (isReleased()) {
            return false;
        }
        if (in.isReset()) {
            fail(new IOException("Connection reset"), TcpEnd.BROKEN);
            return true;
        }
        if (!reading || end.isFinReceived() && !layer.holdsInput()) {
            return false;
        }
        return receiveBytes() || receiveEnd();
    }

    private boolean receiveBytes() {
        boolean holds = layer.holdsInput();
        if (readBuffer.hasRemaining() || holds) {
            receive(readBuffer, holds);
            return true;
        }
        ByteBuffer target = layer.readTarget();
        if (target != null && !target.hasRemaining()) {
            throw new AssertionError("a read into memory without room, again and again");
        }
        ByteBuffer into = target == null ? readBuffer.clear() : target;
        int start = into.position();
        if (in.read(into) == 0) {
            readBuffer.limit(0);
            return false;
        }
        receive(into.limit(into.position()).position(start), false);
        if (target != null && target.hasRemaining()) {
            throw new AssertionError("a layer that wants to read left bytes in its own memory");
        }
        return true;
    }

    private void receive(ByteBuffer bytes, boolean holds) {
        int before = bytes.remaining();
        beginCall();
        layer.receive(bytes, nanoTime());
        endCall();
        if (bytes.remaining() == before && reading && !holds && !budget.isSpent()) {
            throw new AssertionError("receive consumed nothing though the layer wants to read");
        }
    }

    private boolean receiveEnd() {
        if (!in.atEnd()) {
            return false;
        }
        end.finReceived();
        beginCall();
        layer.receiveEnd(nanoTime());
        endCall();
        return true;
    }

    private boolean write() {
        if (isReleased() || !outputWanted || state == OutputState.ABORT) {
            return false;
        }
        if (out.isEnded()) {
            produceNothing();
            return true;
        }
        if (out.free() == 0) {
            return false;
        }
        produce();
        return true;
    }

    /** A change of state after the end is announced like output; there must be none. */
    private void produceNothing() {
        outputWanted = layer.produce(writeBuffer.clear(), nanoTime());
        if (outputWanted || writeBuffer.position() > 0) {
            throw new AssertionError("output behind the end");
        }
        look();
    }

    private void produce() {
        layer = layer.successor();
        batch.clear();
        if (rest == null) {
            outputWanted = writes++ % 2 == 0 ? copyOutput() : layer.produce(batch, nanoTime());
        }
        boolean any = rest != null || batch.count() > 0;
        boolean written = rest == null ? write(batch.pieces(), batch.count()) : write(rest, rest.length);
        if (written) {
            rest = null;
        } else if (rest == null) {
            rest = batch.takeRest();
        }
        if (any && out.isAbandoned()) {
            in.reset();
        }
        if (any && written) {
            layer.sent(nanoTime());
        }
        outputWanted |= rest != null;
        look();
    }

    /** In pieces no larger than the pipe has room for. */
    private boolean copyOutput() {
        ByteBuffer own = batch.beginCopy();
        own.limit(Math.min(own.capacity(), out.free()));
        boolean more = layer.produce(own, nanoTime());
        batch.endCopy();
        return more;
    }

    /** Returns whether the pipe has taken all. */
    private boolean write(ByteBuffer[] pieces, int count) {
        for (int i = 0; i < count; i++) {
            out.write(pieces[i]);
        }
        return count == 0 || !pieces[count - 1].hasRemaining();
    }

    private boolean finish() {
        if (isReleased()) {
            return false;
        }
        if (state == OutputState.ABORT || !outputWanted) {
            switch (end.drained(state, layer)) {
                case HALF_CLOSE -> {
                    out.end();
                    end.halfClosed();
                    return true;
                }
                case CLOSE -> {
                    close();
                    return true;
                }
                case RESET -> {
                    reset();
                    return true;
                }
                case GO_ON, FAIL -> {
                    // The peer's FIN may be there.
                }
            }
        }
        boolean hasMore = outputWanted || reading && layer.holdsInput();
        boolean over = end.idle(reading, hasMore) == Step.CLOSE;
        if (over) {
            close();
        }
        return over;
    }

    private void close() {
        TcpEnd how = end.closeEnding();
        Optional<Duration> lingerTime = end.lingerTime(how);
        if (lingerTime.isPresent()) {
            end.begin(how);
            lingering = true;
            deadlineNanos = Durations.deadline(nanoTime(), lingerTime.get());
            in.abandon();
            return;
        }
        // As the kernel: closing with unread input resets, and what was on its way is lost.
        if (in.size() > 0 || readBuffer.hasRemaining()) {
            out.reset();
        } else {
            out.end();
        }
        release(how);
    }

    /**
     * What the peer has read counts as acknowledged; and a reset ends the wait, too, which a kernel does not
     * say.
     */
    private boolean finishLinger() {
        if (out.size() == 0 || in.isReset()) {
            release(TcpEnd.LINGER_ACKNOWLEDGED);
        } else if (nanoTime() >= deadlineNanos) {
            release(TcpEnd.LINGER_EXPIRED);
        }
        return isReleased();
    }

    private void release(TcpEnd how) {
        end.begin(how);
        end.closed(how);
        in.abandon();
        inReceivingCall = true;
        attached.released(end.ending(true), nanoTime());
        inReceivingCall = false;
        tasks.clear();
    }

    private void call(Runnable body) {
        beginCall();
        try {
            body.run();
        } finally {
            inReceivingCall = false;
        }
        look();
    }

    private void beginCall() {
        if (inReceivingCall) {
            throw new IllegalStateException("a receiving call inside another");
        }
        inReceivingCall = true;
        budget.begin();
    }

    private void endCall() {
        inReceivingCall = false;
        look();
    }

    private void look() {
        layer = layer.successor();
        OutputState next = layer.outputState();
        if (next.compareTo(state) < 0) {
            throw new AssertionError("outputState went back from " + state + " to " + next);
        }
        state = next;
        reading = layer.wantsRead();
        deadlineNanos = layer.nextDeadlineNanos();
    }

    // ---- what the layer may ask ---------------------------------------------------------------------------

    @Override
    public void outputReady() {
        outputReadyCalls++;
        outputWanted = true;
        if (!inReceivingCall && !isReleased() && !lingering) {
            look();
        }
    }

    @Override
    public void inputReady() {
        inputReadyCalls++;
        reading = layer.wantsRead();
    }

    @Override
    public void execute(Runnable task) {
        if (!isReleased()) {
            tasks.add(task);
        }
    }

    @Override
    public void flush() {
        while (write()) {
            // The pipe's capacity bounds this.
        }
    }

    @Override
    public boolean writesAtOnce() {
        return inReceivingCall && !isReleased();
    }

    @Override
    public WorkBudget budget() {
        return budget;
    }

    @Override
    public boolean inTransportThread() {
        return inReceivingCall;
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public SocketAddress localAddress() {
        return new InetSocketAddress("127.0.0.1", 1);
    }

    @Override
    public SocketAddress remoteAddress() {
        return new InetSocketAddress("127.0.0.1", 2);
    }

    // ---- what a test may see ------------------------------------------------------------------------------

    /**
     * Returns whether the layer has had its last call.
     *
     * @return true after {@code released}
     */
    public boolean isReleased() {
        return end.isClosed();
    }

    /**
     * Returns how TCP ended.
     *
     * @return empty while it stands
     */
    public Optional<TcpEnd> tcpEnd() {
        return isReleased() ? Optional.of(end.ending(true)) : Optional.empty();
    }

    /**
     * What a task threw; it has ended the connection.
     *
     * @return empty if none did
     */
    public Optional<Throwable> taskFailure() {
        return Optional.ofNullable(taskFailure);
    }

    /**
     * Returns the deadline at the last query.
     *
     * @return a time on the clock, or {@link ByteLayer#NEVER}
     */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    /**
     * Returns how often the layer announced output.
     *
     * @return a count
     */
    public long outputReadyCalls() {
        return outputReadyCalls;
    }

    /**
     * Returns how often the layer announced that it wants to read again.
     *
     * @return a count
     */
    public long inputReadyCalls() {
        return inputReadyCalls;
    }
}
