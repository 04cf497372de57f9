package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.ConnectionClosedException;
import io.duplex.Delivery;
import io.duplex.Message;
import io.duplex.MessageStream;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.CloseStatus;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.transport.Durations;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where messages wait for an application that reads in blocking style. It takes parts as they arrive and
 * pauses the connection while more than {@link #HIGH_BYTES} (or twice its low-water mark) wait, so a reader
 * that is slow or stays away costs that much, and its peer feels it. The receiving thread puts in, any thread
 * takes out; a take that is interrupted or timed out leaves everything in place.
 *
 * <p>What follows from the end of the input (the answer to a Close frame, or a failure) waits behind the
 * messages, until the application asks for the next one and there is none: it may still answer those before.
 */
public final class Inbox implements WebSocketHandler {
    private static final long HIGH_BYTES = 64 << 10;
    /** Below how many waiting bytes reading goes on, if nothing else was asked for. */
    public static final int LOW_BYTES = 32 << 10;
    /** What a part costs beside its payload, roughly: a flood of empty messages fills the inbox, too. */
    private static final long PART_BYTES = 64;
    private static final Runnable NOTHING = () -> {};

    /** Takes a message, or a part of one. */
    private interface Taker<T> {
        T take(Patience patience) throws InterruptedException, Expired;
    }

    /** How long a take may still wait, whatever it waits for. */
    private static final class Patience {
        private long leftNanos;

        Patience(long nanos) {
            leftNanos = nanos;
        }

        static Patience endless() {
            return new Patience(Long.MAX_VALUE);
        }

        void await(Condition condition) throws InterruptedException, Expired {
            if (leftNanos <= 0) {
                throw Expired.INSTANCE;
            }
            leftNanos = condition.awaitNanos(leftNanos);
        }
    }

    /** The time of a take is up. */
    private static final class Expired extends Exception {
        private static final long serialVersionUID = 1L;
        private static final Expired INSTANCE = new Expired();

        private Expired() {
            super(null, null, false, false);
        }
    }

    /** A part of a message: a string or an array. */
    record Part(boolean text, Object payload, long bytes, boolean last) {}

    /** Guards all fields; held for moments. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition turn = lock.newCondition();
    /** A thread takes a message, or waits for it; it alone uses the assembly. */
    private boolean taking;
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private final MessageAssembly assembly = new MessageAssembly();
    /** Of a taker that never has to wait. */
    private final WorkBudget work = new WorkBudget();
    private final long highBytes;
    private final int lowBytes;
    private final MemoryBudget memory;
    /** Wakes the connection's reading. */
    private Runnable inputReady;
    private long waitingBytes;
    /** Of the message that a taker assembles. */
    private long takenBytes;
    private long reservedBytes;
    private volatile boolean paused;
    private boolean resumeDue;
    private boolean abandoned;
    /** A part has come, so the application may have something to answer. */
    private boolean used;
    /** What follows from the end of the input; null if it has not ended, or that was done. */
    private Runnable atEnd;
    /** The peer's Close frame reports no error, and all before it is here. */
    private boolean endedNormally;
    /** How the connection ended; null before. */
    private CloseInfo closeInfo;
    /** Takers that wait for a part. */
    private int readers;
    private boolean endTaken;
    /** The application has asked for a part at least once. */
    private boolean hasTakers;
    private boolean streaming;

    /** An empty inbox, for one connection, with the usual marks. */
    public Inbox() {
        this(LOW_BYTES);
    }

    /** As above, with another low-water mark. */
    public Inbox(int lowBytes) {
        this(lowBytes, MemoryBudget.UNLIMITED);
    }

    /**
     * As above, with a budget.
     *
     * @param lowBytes the low-water mark; the high one is twice as high, and not lower than usual
     * @param memory   where the memory of what waits is reserved, until it is taken
     */
    public Inbox(int lowBytes, MemoryBudget memory) {
        this.memory = memory;
        this.lowBytes = lowBytes;
        this.highBytes = Math.max(HIGH_BYTES, 2L * lowBytes);
    }

    /** Below how many waiting bytes reading goes on. */
    int lowBytes() {
        return lowBytes;
    }

    @Override
    public Delivery delivery() {
        return Delivery.PARTS;
    }

    /** Says how to wake the connection's reading; before the first message. */
    void regulate(Runnable wake) {
        inputReady = wake;
    }

    /** Returns whether another message may come. Any thread. */
    boolean hasRoom() {
        return !paused;
    }

    @Override
    public void onTextPart(WebSocket ws, String part, boolean last) {
        put(new Part(true, part, PART_BYTES + part.length(), last));
    }

    @Override
    public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        put(new Part(false, copy, PART_BYTES + copy.length, last));
    }

    /** As {@link #ended}. What waits is the application's now, which may never take it. */
    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        ended(info);
        lock.lock();
        try {
            reservedBytes = memory.tryResize(reservedBytes, 0);
        } finally {
            lock.unlock();
        }
    }

    /** TCP has ended: takers get what waits, and then the end. */
    public void ended(CloseInfo info) {
        Runnable due;
        lock.lock();
        try {
            closeInfo = info;
            endTaken |= readers > 0;
            due = takeAtEnd();
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        due.run();
    }

    private void put(Part part) {
        lock.lock();
        try {
            if (abandoned) {
                return;
            }
            reservedBytes = memory.resize(reservedBytes, waitingBytes + takenBytes + part.bytes());
            used = true;
            parts.add(part);
            waitingBytes += part.bytes();
            if (waitingBytes > highBytes && !paused) {
                paused = true;
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The application takes nothing any more: what waits is dropped, and so is what comes, that the
     * connection can end in order.
     */
    public void abandon() {
        Runnable due;
        lock.lock();
        try {
            abandoned = true;
            parts.clear();
            waitingBytes = 0;
            takenBytes = 0;
            releaseMemory();
            resumeDue = paused;
            paused = false;
            due = takeAtEnd();
        } finally {
            unlockAndResume();
        }
        due.run();
    }

    /**
     * The input has ended: no part comes any more. Receiving thread only.
     *
     * @param next     what follows from it. It runs once, without a lock: when the application has taken all
     *                 parts and asks for more, when it takes nothing any more, or at once if there is nothing
     *                 that it could still answer
     * @param normally whether the peer has sent all it wanted, so that takers need not wait for the end of
     *                 TCP
     */
    void endInput(Runnable next, boolean normally) {
        Runnable due;
        lock.lock();
        try {
            atEnd = next;
            endedNormally = normally;
            boolean asked = readers > 0 && parts.isEmpty();
            endTaken |= asked;
            due = abandoned || !used || asked ? takeAtEnd() : NOTHING;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        due.run();
    }

    /**
     * Whether a taker has met the end, is just about to, or has taken messages and has more to take before
     * it.
     */
    public boolean endWasTaken() {
        lock.lock();
        try {
            return endTaken || hasTakers && !parts.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private Runnable takeAtEnd() {
        Runnable due = atEnd == null ? NOTHING : atEnd;
        atEnd = null;
        return due;
    }

    /** How the connection ended; empty before. */
    Optional<CloseInfo> closeInfo() {
        lock.lock();
        try {
            return Optional.ofNullable(closeInfo);
        } finally {
            lock.unlock();
        }
    }

    /** The next message, or null at a normal end. */
    Message take() throws InterruptedException {
        return endless(this::takeWhole);
    }

    /** As above, with a limit to the wait, for another taker too. */
    Message take(Duration timeout) throws InterruptedException, TimeoutException {
        try {
            return inTurn(new Patience(Durations.nanos(timeout)), this::takeWhole);
        } catch (Expired e) {
            throw new TimeoutException("no message came within " + Durations.text(timeout));
        }
    }

    private Message takeWhole(Patience patience) throws InterruptedException, Expired {
        requireNotStreaming();
        Part part;
        while ((part = nextPart(patience)) != null) {
            assembly.add(part);
            if (part.last()) {
                return assembly.finish();
            }
        }
        requireWhole();
        return null;
    }

    private <T> T endless(Taker<T> taker) throws InterruptedException {
        try {
            return inTurn(Patience.endless(), taker);
        } catch (Expired e) {
            throw new IllegalStateException("292 years have passed", e);
        }
    }

    /**
     * Takers come one after the other, so that each gets a whole message; what an unlucky one has gathered
     * waits for the next.
     */
    private <T> T inTurn(Patience patience, Taker<T> taker) throws InterruptedException, Expired {
        awaitTurn(patience);
        try {
            return taker.take(patience);
        } finally {
            endTurn();
        }
    }

    /**
     * After the end no take has to wait, so the interrupt that comes with the end hides neither messages nor
     * the end.
     */
    private void lockUnlessInterrupted() throws InterruptedException {
        lock.lock();
        if (closeInfo == null && Thread.interrupted()) {
            lock.unlock();
            throw new InterruptedException();
        }
    }

    private void awaitTurn(Patience patience) throws InterruptedException, Expired {
        lockUnlessInterrupted();
        try {
            while (taking) {
                patience.await(turn);
            }
            taking = true;
        } finally {
            lock.unlock();
        }
    }

    private void endTurn() {
        lock.lock();
        try {
            taking = false;
            turn.signal();
        } finally {
            lock.unlock();
        }
    }

    /** A message that the end has cut is lost, also if its Close frame reports no error. */
    private void requireWhole() {
        if (!assembly.isEmpty()) {
            throw cut();
        }
    }

    private ConnectionClosedException cut() {
        return new ConnectionClosedException("the connection ended in the middle of a message", closeInfo());
    }

    /** The next message as a stream, or null at a normal end. */
    MessageStream takeStream() throws InterruptedException {
        return endless(patience -> {
            requireNotStreaming();
            // What a take that timed out has gathered is the beginning of the message.
            Part first = assembly.isEmpty() ? nextPart(patience) : assembly.takeBegun();
            if (first == null) {
                return null;
            }
            streaming = !first.last();
            return new InboxStream(this, first);
        });
    }

    /** The next part of the message that is streamed. */
    Part nextOfStream() throws InterruptedException {
        return endless(patience -> {
            try {
                Part part = nextPart(patience);
                if (part == null) {
                    throw cut();
                }
                streaming = !part.last();
                return part;
            } catch (ConnectionClosedException e) {
                streaming = false;
                throw e;
            }
        });
    }

    private void requireNotStreaming() {
        if (streaming) {
            throw new IllegalStateException("a message is being read as a stream");
        }
    }

    /** The next part; null at a normal end. */
    private Part nextPart(Patience patience) throws InterruptedException, Expired {
        while (true) {
            Runnable due;
            lockUnlessInterrupted();
            try {
                awaitPart(patience);
                due = parts.isEmpty() ? takeAtEnd() : NOTHING;
                // Also when it comes back below only to wait for the end of TCP.
                endTaken |= due != NOTHING;
                if (due == NOTHING) {
                    return parts.isEmpty() ? end() : removeFirst();
                }
            } finally {
                unlockAndResume();
            }
            due.run();
        }
    }

    private void awaitPart(Patience patience) throws InterruptedException, Expired {
        readers++;
        hasTakers = true;
        try {
            giveWay();
            while (parts.isEmpty() && atEnd == null && !endedNormally && closeInfo == null) {
                patience.await(arrived);
            }
        } finally {
            readers--;
        }
    }

    /**
     * Waits for a moment when the turn is over: a virtual thread that never waits never lets others have its
     * processor.
     */
    private void giveWay() throws InterruptedException {
        if (work.isSpent() && closeInfo == null) {
            work.begin();
            arrived.awaitNanos(1);
        }
    }

    /**
     * All was taken. Answers null if the peer has sent all it wanted, or has only answered what this
     * application sent.
     */
    private Part end() {
        endTaken = true;
        if (endedNormally || closeInfo.normal() || isAsWished(closeInfo)) {
            return null;
        }
        throw new ConnectionClosedException("the connection did not end normally", Optional.of(closeInfo));
    }

    /** The application has closed with a code of its choice, and the peer has repeated it. */
    private static boolean isAsWished(CloseInfo info) {
        return info.clean() && info.initiator() == CloseInfo.Initiator.APPLICATION
                && info.received().map(CloseStatus::code).equals(info.sent().map(CloseStatus::code));
    }

    private Part removeFirst() {
        Part part = parts.poll();
        if (part != null) {
            work.spend(part.bytes());
            waitingBytes -= part.bytes();
            takenBytes = part.last() || streaming ? 0 : takenBytes + part.bytes() - PART_BYTES;
            releaseMemory();
            if (paused && waitingBytes < lowBytes) {
                paused = false;
                resumeDue = true;
            }
        }
        return part;
    }

    private void releaseMemory() {
        if (reservedBytes > 0) {
            long held = waitingBytes + takenBytes;
            reservedBytes = memory.tryResize(reservedBytes, Math.min(held, reservedBytes));
        }
    }

    /**
     * The transport is called only when the lock, for which its thread may be waiting in {@link #put}, is
     * free.
     */
    private void unlockAndResume() {
        boolean due = resumeDue;
        resumeDue = false;
        lock.unlock();
        if (due) {
            inputReady.run();
        }
    }
}
