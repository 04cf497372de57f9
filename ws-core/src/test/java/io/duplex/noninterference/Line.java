package io.duplex.noninterference;

import io.duplex.noninterference.Transcript.Tag;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputBatch;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * One connection in memory: its transport, its peer and its clock. It does one step of its conversation at a
 * time, and goes on until nothing moves. Like the memory host of the test kit it produces only when it was
 * told to, and looks at the layer only where the SPI says so. It reads into, and writes from, the buffers
 * that it shares with others, or buffers of its own.
 */
final class Line implements LayerHost {
    private static final SocketAddress ADDRESS = InetSocketAddress.createUnresolved("memory", 1);
    /** Not 0, so that a layer that takes 0 for "not set" is found out. */
    private static final long START_NANOS = 1_000_000_000L;
    /** So often in a row output may be promised without a byte of it; so long may one step go on. */
    private static final int MAX_EMPTY_WRITES = 3;
    private static final int MAX_TURNS = 20_000;

    private final World world;
    private final World.Loop loop;
    private final Conversation conversation;
    private final Transcript log;
    private final Actor actor;
    private final ByteLayer layer;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(4);
    private final ArrayDeque<Runnable> executor = new ArrayDeque<>(4);
    private final ArrayDeque<ByteBuffer> arrived = new ArrayDeque<>(4);
    private final ByteBuffer ownInput;
    private final ByteBuffer ownOutput;

    private long now = START_NANOS;
    private int next = -1;
    private ByteBuffer aside;
    private ByteBuffer[] unwritten;
    private long window;
    private boolean outputWanted;
    private boolean reading;
    private boolean inReceivingCall;
    private boolean offTransport;
    private boolean finArrived;
    private boolean finSeen;
    private boolean finSent;
    private boolean released;
    private boolean stuck;
    private int emptyWrites;
    private OutputState state = OutputState.OPEN;
    private long deadlineNanos = ByteLayer.NEVER;

    Line(World world, World.Loop loop, Conversation conversation, Transcript log) {
        this.world = world;
        this.loop = loop;
        this.conversation = conversation;
        this.log = log;
        Profile profile = conversation.profile();
        ownInput = profile.heap() ? ByteBuffer.allocate(profile.readBytes()) : null;
        ownOutput = profile.heap() ? ByteBuffer.allocate(profile.readBytes()) : null;
        actor = new Actor(this);
        layer = Opening.layer(this, actor);
    }

    Conversation conversation() {
        return conversation;
    }

    Transcript log() {
        return log;
    }

    World.Loop loop() {
        return loop;
    }

    /**
     * Other connections do some steps, as if on threads of their own, while this one is inside a callback.
     */
    void interlude() {
        world.interlude(this);
    }

    /** A task of the executor that callbacks run on. */
    void later(Runnable task) {
        executor.add(task);
    }

    // ---- the conversation ---------------------------------------------------------------------------------

    /** How many calls of {@link #next} there are: connecting, and each step. */
    int turns() {
        return conversation.steps().size() + 1;
    }

    /** Does the next step. */
    void next() {
        if (next < 0) {
            call(() -> layer.attach(this, now));
            call(() -> layer.connected(now));
            // As after the connection of a socket: the transport produces once.
            outputWanted = true;
        } else {
            act(conversation.steps().get(next));
        }
        next++;
        settle();
    }

    private void act(Step step) {
        switch (step.kind()) {
            case BYTES -> arrived.add(ByteBuffer.wrap(step.bytes()));
            case FIN -> finArrived = true;
            case RESET -> {
                if (!released) {
                    call(() -> layer.receiveFailure(new IOException("Connection reset"), now));
                    release(TcpEnd.BROKEN);
                }
            }
            case WINDOW -> window += step.number();
            case TIME -> pass(step.number());
            case APPLICATION -> tasks.add(() -> actor.outside(step.number()));
            case EXECUTOR -> runExecutor(step.number());
            case TAMPER -> tamper(step.number());
        }
        if (step.kind() == Step.Kind.APPLICATION && released) {
            tasks.remove().run();
        }
    }

    /** The application changes what it has kept of callbacks that are over. */
    void tamper(long number) {
        if (!inReceivingCall && !offTransport) {
            actor.tamper(number);
        }
    }

    private void pass(long nanos) {
        long end = now + nanos;
        while (!released && deadlineNanos <= end) {
            now = Math.max(now, deadlineNanos);
            settle();
        }
        now = end;
    }

    private void runExecutor(long count) {
        for (long i = 0; i < count && !executor.isEmpty(); i++) {
            offTransport = true;
            executor.remove().run();
            offTransport = false;
            settle();
        }
    }

    /** Whether it had to be stopped, because it would have gone on for ever. */
    boolean isStuck() {
        return stuck;
    }

    /** The conversation is over. */
    void end() {
        if (!released) {
            log.add(Tag.CUT, state.ordinal(), deadlineNanos);
            release(TcpEnd.RESET);
        }
        runExecutor(Long.MAX_VALUE);
        actor.showKept();
    }

    // ---- the transport ------------------------------------------------------------------------------------

    private void settle() {
        int turns = 0;
        while (!released && (runTask() | fireDeadline() | read() | write() | finish())) {
            // Each turn moved something.
            turns++;
            if (turns == MAX_TURNS) {
                stop();
            }
        }
    }

    private void stop() {
        stuck = true;
        log.add(Tag.STUCK, 0, 0);
        release(TcpEnd.RESET);
    }

    private boolean runTask() {
        Runnable work = layer.pollTask();
        if (work != null) {
            work.run();
        }
        Runnable task = tasks.poll();
        if (task != null) {
            call(task);
        }
        return work != null || task != null;
    }

    private boolean fireDeadline() {
        if (released || deadlineNanos > now) {
            return false;
        }
        long before = deadlineNanos;
        call(() -> layer.onDeadline(now));
        if (!released && deadlineNanos == before && state != OutputState.ABORT) {
            throw new AssertionError("onDeadline left the deadline where it was, in the past");
        }
        return true;
    }

    private boolean read() {
        if (released || !reading || finSeen) {
            return false;
        }
        if (aside != null) {
            ByteBuffer left = aside;
            aside = null;
            offer(left);
            return true;
        }
        ByteBuffer segment = arrived.peek();
        if (segment == null) {
            finSeen = finArrived;
            if (finSeen) {
                call(() -> layer.receiveEnd(now));
            }
            return finSeen;
        }
        ByteBuffer target = ownInput == null ? layer.readTarget() : null;
        ByteBuffer buffer = target != null ? target : (ownInput == null ? loop.input() : ownInput).clear();
        int start = buffer.position();
        int count = Math.min(buffer.remaining(), segment.remaining());
        buffer.put(start, segment, segment.position(), count).limit(start + count);
        segment.position(segment.position() + count);
        if (!segment.hasRemaining()) {
            arrived.remove();
        }
        offer(buffer);
        return true;
    }

    /** As nio does: goes on as long as the layer takes something, and sets aside what it leaves. */
    private void offer(ByteBuffer bytes) {
        int before;
        do {
            before = bytes.remaining();
            call(() -> layer.receive(bytes, now));
            if (bytes.hasRemaining() && !released) {
                write();
            }
        } while (!released && bytes.hasRemaining() && bytes.remaining() < before && reading);
        if (!released && bytes.hasRemaining()) {
            if (reading && bytes.remaining() == before) {
                throw new AssertionError("receive consumed nothing though the layer wants to read");
            }
            aside = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        }
    }

    private boolean write() {
        if (released || !outputWanted || state == OutputState.ABORT || window == 0 && !finSent) {
            return false;
        }
        OutputBatch batch = ownOutput == null ? loop.output() : new OutputBatch(ownOutput);
        batch.clear();
        boolean room = window > 0;
        boolean produces = unwritten == null;
        if (produces) {
            try {
                outputWanted = ownOutput == null ? layer.produce(batch, now) : copyOutput(batch);
            } catch (RuntimeException | Error thrown) {
                log.add(Tag.CRASHED, thrown.toString());
                release(TcpEnd.RESET);
                return false;
            }
        }
        boolean any = !produces || batch.count() > 0;
        emptyWrites = room && outputWanted && !any ? emptyWrites + 1 : 0;
        if (emptyWrites > MAX_EMPTY_WRITES) {
            stop();
            return false;
        }
        if (any) {
            if (finSent) {
                throw new AssertionError("output behind the end");
            }
            boolean written = produces
                    ? write(batch.pieces(), batch.count())
                    : write(unwritten, unwritten.length);
            if (written) {
                unwritten = null;
                layer.sent(now);
            } else if (produces) {
                unwritten = batch.takeRest();
            }
        }
        outputWanted |= unwritten != null;
        look();
        return true;
    }

    private boolean copyOutput(OutputBatch batch) {
        ByteBuffer own = batch.beginCopy();
        own.limit((int) Math.min(own.limit(), window));
        boolean more = layer.produce(own, now);
        batch.endCopy();
        return more;
    }

    /** Returns whether the window has let all through. How the bytes are cut into pieces does not matter. */
    private boolean write(ByteBuffer[] pieces, int count) {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[(int) Math.min(window, pieces[i].remaining())];
            pieces[i].get(bytes);
            sent.writeBytes(bytes);
            window -= bytes.length;
        }
        log.add(Tag.SENT, sent.size(), 0, ByteBuffer.wrap(sent.toByteArray()), 0, sent.size());
        return !pieces[count - 1].hasRemaining();
    }

    private boolean finish() {
        if (released) {
            return false;
        }
        return switch (state) {
            case OPEN -> false;
            case END -> !outputWanted && finishEnd();
            case CLOSE -> !outputWanted && finishClose();
            case ABORT -> {
                log.add(Tag.RESET, 0, 0);
                release(TcpEnd.RESET);
                yield true;
            }
        };
    }

    private boolean finishEnd() {
        boolean first = !finSent;
        if (first) {
            finSent = true;
            log.add(Tag.FIN, 0, 0);
        }
        if (finSeen) {
            release(TcpEnd.FIN_EXCHANGED);
        }
        return first || finSeen;
    }

    private boolean finishClose() {
        log.add(arrived.isEmpty() && aside == null ? Tag.FIN : Tag.RESET, 0, 0);
        release(finSeen ? TcpEnd.FIN_EXCHANGED : TcpEnd.CLOSED_FIRST);
        return true;
    }

    private void release(TcpEnd ending) {
        released = true;
        log.add(Tag.RELEASED, ending.toString());
        inReceivingCall = true;
        layer.released(ending, now);
        inReceivingCall = false;
        tasks.clear();
    }

    /** What a receiving call throws ends the connection, as on every transport. */
    private void call(Runnable receivingCall) {
        if (released) {
            return;
        }
        if (inReceivingCall) {
            throw new IllegalStateException("a receiving call inside another");
        }
        inReceivingCall = true;
        try {
            receivingCall.run();
        } catch (RuntimeException | Error thrown) {
            log.add(Tag.CRASHED, thrown.toString());
            inReceivingCall = false;
            release(TcpEnd.RESET);
            return;
        }
        inReceivingCall = false;
        look();
    }

    private void look() {
        OutputState seen = layer.outputState();
        if (seen.compareTo(state) < 0) {
            throw new AssertionError("outputState went back from " + state + " to " + seen);
        }
        state = seen;
        reading = layer.wantsRead();
        deadlineNanos = layer.nextDeadlineNanos();
    }

    // ---- what the layer may ask ---------------------------------------------------------------------------

    @Override
    public void outputReady() {
        outputWanted = true;
        if (!inReceivingCall && !released) {
            look();
        }
    }

    @Override
    public void inputReady() {
        reading = layer.wantsRead();
    }

    @Override
    public void execute(Runnable task) {
        if (!released) {
            tasks.add(task);
        }
    }

    @Override
    public void flush() {
        while (write()) {
            // The window and the queue bound this.
        }
    }

    @Override
    public boolean inTransportThread() {
        return !offTransport;
    }

    @Override
    public boolean writesAtOnce() {
        return ownOutput == null && !offTransport && !released;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public SocketAddress localAddress() {
        return ADDRESS;
    }

    @Override
    public SocketAddress remoteAddress() {
        return ADDRESS;
    }
}
