package io.duplex.internal.blocking;

import io.duplex.CloseInfo;
import io.duplex.ConnectionClosedException;
import io.duplex.Delivery;
import io.duplex.Message;
import io.duplex.MessageStream;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.CloseStatus;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.pool.Reservation;
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
 * The receive queue of an application that reads in blocking style. It takes parts as they arrive and pauses
 * the connection while more than {@link #HIGH_BYTES} (or twice its low-water mark) wait. So a reader that is
 * slow or stays away costs that much memory, and back-pressure reaches its peer. The receive thread puts in,
 * any thread takes out; a take that is interrupted or times out leaves everything in place.
 *
 * <p>The answer to the end of the input (to a Close frame, or to a failure) waits after the messages, until
 * the application asks for the next one and there is none: it may still reply to those before.
 */
public final class Inbox implements WebSocketHandler {
    private static final long HIGH_BYTES = 64 << 10;
    /** The usual low-water mark, in bytes: reading continues when fewer wait. */
    public static final int LOW_BYTES = 32 << 10;
    /** Rough cost of a part besides its payload, so that a flood of empty messages fills the inbox, too. */
    private static final long PART_BYTES = 64;
    private static final Runnable NOTHING = () -> {};
    private static final Duration ENDLESS = Duration.ofNanos(Long.MAX_VALUE);

    /** Takes a message, or a part of one. */
    private interface Taker<T> {
        T take(Patience patience) throws InterruptedException, TimeoutException;
    }

    /** How long a take may still wait, for other takers and for parts together. */
    private static final class Patience {
        private final Duration limit;
        private long remainingNanos;

        Patience(Duration limit) {
            this.limit = limit;
            this.remainingNanos = Durations.nanos(limit);
        }

        void await(Condition condition) throws InterruptedException, TimeoutException {
            if (remainingNanos <= 0) {
                throw new TimeoutException("no message came within " + Durations.text(limit));
            }
            remainingNanos = condition.awaitNanos(remainingNanos);
        }
    }

    /** A part of a message: a string or an array. */
    record Part(boolean text, Object payload, long bytes, boolean last) {
        /** Returns how many characters or bytes the payload has. */
        int length() {
            return text ? ((String) payload).length() : ((byte[]) payload).length;
        }
    }

    /** Guards all fields; held for moments. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition turn = lock.newCondition();
    /** A thread takes a message, or waits for it. Only that thread uses {@link #message}. */
    private boolean taking;
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private final InboxMessage message = new InboxMessage();
    /** Of a taker that never has to wait. */
    private final WorkBudget work = new WorkBudget();
    private final long highBytes;
    private final int lowBytes;
    private final Reservation reservation;
    /** Wakes the connection's reading. */
    private Runnable inputReady;
    private long waitingBytes;
    /** Of the message that a taker assembles. */
    private long takenBytes;
    private volatile boolean paused;
    private boolean resumeDue;
    private boolean abandoned;
    /** A part has come, so the application may have something to reply to. */
    private boolean used;
    /** The answer to the end of the input; null before the end, and once it was given. */
    private Runnable atEnd;
    /** The peer's Close frame reports no error, and all before it is here. */
    private boolean endedNormally;
    /** How the connection ended; null before. */
    private CloseInfo closeInfo;
    /** The number of takers that wait for a part. */
    private int readers;
    private boolean endTaken;
    /** The application has asked for a part at least once. */
    private boolean hasTakers;
    /** A message is being read as a stream. */
    private boolean streaming;

    /** An empty inbox, for one connection, with the usual marks and no budget. */
    public Inbox() {
        this(LOW_BYTES, MemoryBudget.UNLIMITED);
    }

    /**
     * An empty inbox, for one connection.
     *
     * @param lowBytes the low-water mark; the high one is twice as high, and not lower than usual
     * @param memory   where the memory of what waits is reserved, until it is taken
     */
    public Inbox(int lowBytes, MemoryBudget memory) {
        this.reservation = new Reservation(memory);
        this.lowBytes = lowBytes;
        this.highBytes = Math.max(HIGH_BYTES, 2L * lowBytes);
    }

    // ---- what the connection puts in ----------------------------------------------------------------------

    /** Returns the low-water mark: reading continues when fewer bytes wait. */
    public int lowBytes() {
        return lowBytes;
    }

    @Override
    public Delivery delivery() {
        return Delivery.PARTS;
    }

    /** Sets how to wake the connection's reading; before the first message. */
    public void regulate(Runnable wake) {
        inputReady = wake;
    }

    /** Returns whether another message may come. Any thread. */
    public boolean hasRoom() {
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

    private void put(Part part) {
        lock.lock();
        try {
            if (abandoned) {
                return;
            }
            reservation.grow(waitingBytes + takenBytes + part.bytes());
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
     * Ends the input: no part comes any more. Receive thread only.
     *
     * @param answer   what follows. It runs once, without a lock: when the application has taken all parts
     *                 and asks for more, when it takes nothing any more, or at once if there is nothing that
     *                 it could still reply to
     * @param normally whether the peer has sent all it wanted, so that takers need not wait for the end of
     *                 TCP
     */
    public void endInput(Runnable answer, boolean normally) {
        Runnable due;
        lock.lock();
        try {
            atEnd = answer;
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

    /** Takers get what waits, and then the end of TCP. */
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

    /** As {@link #ended}. What waits is the application's memory now: it may never take it. */
    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        ended(info);
        lock.lock();
        try {
            reservation.shrink(0);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Drops what waits, and all that comes from now on: the application takes nothing any more. The
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
            reservation.shrink(0);
            resumeDue = paused;
            paused = false;
            due = takeAtEnd();
        } finally {
            unlockAndResume();
        }
        due.run();
    }

    private Runnable takeAtEnd() {
        Runnable due = atEnd == null ? NOTHING : atEnd;
        atEnd = null;
        return due;
    }

    /**
     * Returns whether a taker has met the end, is just about to, or has taken messages and has more to take
     * before it.
     */
    public boolean endWasTaken() {
        lock.lock();
        try {
            return endTaken || hasTakers && !parts.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how the connection ended; empty before. */
    public Optional<CloseInfo> closeInfo() {
        lock.lock();
        try {
            return Optional.ofNullable(closeInfo);
        } finally {
            lock.unlock();
        }
    }

    // ---- what the application takes out -------------------------------------------------------------------

    /**
     * Takes the next message.
     *
     * @return null at a normal end
     * @throws ConnectionClosedException at any other end
     */
    public Message take() throws InterruptedException {
        return endless(this::takeWhole);
    }

    /** As {@link #take()}, with a limit to the wait, also to that for another taker. */
    public Message take(Duration timeout) throws InterruptedException, TimeoutException {
        return inTurn(timeout, this::takeWhole);
    }

    private Message takeWhole(Patience patience) throws InterruptedException, TimeoutException {
        requireNotStreaming();
        Part part;
        while ((part = nextPart(patience)) != null) {
            message.add(part);
            if (part.last()) {
                return message.finish();
            }
        }
        // A message that the end has cut is lost, even if the Close frame reports no error.
        if (!message.isEmpty()) {
            throw cut();
        }
        return null;
    }

    /** As {@link #take()}, for a message that is read as a stream. */
    public MessageStream takeStream() throws InterruptedException {
        return endless(patience -> {
            requireNotStreaming();
            // A take that timed out has gathered the beginning of the message.
            Part first = message.isEmpty() ? nextPart(patience) : message.takeBegun();
            if (first == null) {
                return null;
            }
            streaming = !first.last();
            return new InboxStream(this, first);
        });
    }

    /** Takes the next part of the message that is read as a stream. */
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

    private ConnectionClosedException cut() {
        return new ConnectionClosedException("the connection ended in the middle of a message", closeInfo());
    }

    private <T> T endless(Taker<T> taker) throws InterruptedException {
        try {
            return inTurn(ENDLESS, taker);
        } catch (TimeoutException e) {
            throw new IllegalStateException("292 years have passed", e);
        }
    }

    /**
     * Lets one taker in at a time, so that each gets a whole message. What an interrupted taker has gathered
     * waits for the next one.
     */
    private <T> T inTurn(Duration limit, Taker<T> taker) throws InterruptedException, TimeoutException {
        Patience patience = new Patience(limit);
        lockUnlessInterrupted();
        try {
            while (taking) {
                patience.await(turn);
            }
            taking = true;
        } finally {
            lock.unlock();
        }
        try {
            return taker.take(patience);
        } finally {
            endTurn();
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

    /** Takes the next part; null at a normal end. */
    private Part nextPart(Patience patience) throws InterruptedException, TimeoutException {
        while (true) {
            Runnable due;
            lockUnlessInterrupted();
            try {
                awaitPart(patience);
                due = parts.isEmpty() ? takeAtEnd() : NOTHING;
                // Also if the loop comes back here only to wait for the end of TCP.
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

    private void awaitPart(Patience patience) throws InterruptedException, TimeoutException {
        readers++;
        hasTakers = true;
        try {
            yieldIfSpent();
            while (parts.isEmpty() && atEnd == null && !endedNormally && closeInfo == null) {
                patience.await(arrived);
            }
        } finally {
            readers--;
        }
    }

    /**
     * Waits for a moment when the work budget is spent: a virtual thread that never waits never yields its
     * processor.
     */
    private void yieldIfSpent() throws InterruptedException {
        if (work.isSpent() && closeInfo == null) {
            work.begin();
            arrived.awaitNanos(1);
        }
    }

    /**
     * All was taken.
     *
     * @return null, at an end that this application or the peer wanted
     */
    private Part end() {
        endTaken = true;
        if (endedNormally || closeInfo.normal() || isRequested(closeInfo)) {
            return null;
        }
        throw new ConnectionClosedException("the connection did not end normally", Optional.of(closeInfo));
    }

    /** The application has closed with a code of its choice, and the peer has repeated it. */
    private static boolean isRequested(CloseInfo info) {
        return info.clean() && info.initiator() == CloseInfo.Initiator.APPLICATION
                && info.received().map(CloseStatus::code).equals(info.sent().map(CloseStatus::code));
    }

    private Part removeFirst() {
        Part part = parts.remove();
        work.spend(part.bytes());
        waitingBytes -= part.bytes();
        takenBytes = part.last() || streaming ? 0 : takenBytes + part.bytes() - PART_BYTES;
        reservation.shrink(waitingBytes + takenBytes);
        if (paused && waitingBytes < lowBytes) {
            paused = false;
            resumeDue = true;
        }
        return part;
    }

    /**
     * Calls the transport only when the lock is free, because the transport's thread may be waiting for it in
     * {@link #put}.
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
