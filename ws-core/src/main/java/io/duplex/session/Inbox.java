package io.duplex.session;

import io.duplex.CloseInfo;
import io.duplex.Delivery;
import io.duplex.Message;
import io.duplex.MessageStream;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.transport.DurationText;
import io.duplex.transport.Durations;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where messages wait for an application that reads in blocking style. It takes parts as they arrive and pauses the connection while
 * more than {@link #HIGH_BYTES} (or twice its low-water mark) wait, so a reader that is slow or stays away costs that much, and its peer feels it. The receiving
 * thread puts in, any thread takes out; a take that is interrupted or timed out leaves everything in place.
 */
public final class Inbox implements WebSocketHandler {
    private static final long HIGH_BYTES = 64 << 10;
    /** Below how many waiting bytes reading goes on, if nothing else was asked for. */
    public static final int LOW_BYTES = 32 << 10;
    /** What a part costs beside its payload, roughly: a flood of empty messages fills the inbox, too. */
    private static final long PART_BYTES = 64;

    /** Where an assembly gets its parts from. */
    private interface PartSource {
        Part next() throws InterruptedException;
    }

    /** A part of a message: a string or an array. */
    record Part(boolean text, Object payload, long bytes, boolean last) {}

    /** Held by whoever takes a message, also while waiting for it. */
    private final ReentrantLock takers = new ReentrantLock();
    /** Guards the parts that wait; held for moments. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private final MessageAssembly assembly = new MessageAssembly();
    /** Of a taker that never has to wait. */
    private final WorkBudget turn = new WorkBudget();
    private final long highBytes;
    private final int lowBytes;
    private final MemoryBudget memory;
    private WebSocket socket;
    private long waitingBytes;
    /** Of the message that a taker assembles. */
    private long takenBytes;
    private long reservedBytes;
    private boolean paused;
    private boolean resumeDue;
    private boolean ended;
    /** A reader waits now, and the end is what it will get. */
    private int readers;
    private boolean endTaken;
    private boolean abandoned;
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
        // The connection introduces itself by onOpen.
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

    @Override
    public void onOpen(WebSocket ws) {
        lock.lock();
        try {
            socket = ws;
        } finally {
            lock.unlock();
        }
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

    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        end();
        // What waits is the application's now, which may never take it.
        lock.lock();
        try {
            reservedBytes = memory.tryResize(reservedBytes, 0);
        } finally {
            lock.unlock();
        }
    }

    private void put(Part part) {
        lock.lock();
        try {
            if (abandoned) {
                return;
            }
            reservedBytes = memory.resize(reservedBytes, waitingBytes + takenBytes + part.bytes());
            parts.add(part);
            waitingBytes += part.bytes();
            if (waitingBytes > highBytes && !paused) {
                paused = true;
                socket.pause();
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nobody will take anything any more: what waits is dropped, and so is what comes, that the connection can end in order. */
    public void abandon() {
        lock.lock();
        try {
            abandoned = true;
            parts.clear();
            waitingBytes = 0;
            takenBytes = 0;
            releaseMemory();
            resumeDue = paused;
            paused = false;
        } finally {
            unlockAndResume();
        }
    }

    /** Nothing more will come. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            endTaken |= readers > 0;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a reader has met the end, or is just about to. */
    public boolean endWasTaken() {
        lock.lock();
        try {
            return endTaken;
        } finally {
            lock.unlock();
        }
    }

    /** The next message, or null at the end. */
    Message take() throws InterruptedException {
        return assemble(this::nextPart);
    }

    Message take(Duration timeout) throws InterruptedException, TimeoutException {
        long[] leftNanos = { Durations.nanos(timeout) };
        Message message = assemble(() -> nextPart(leftNanos));
        if (message == null && leftNanos[0] <= 0) {
            throw new TimeoutException("no message came within " + DurationText.of(timeout));
        }
        return message;
    }

    /** Takers come one after the other, so that each gets a whole message; what an unlucky one has gathered waits for the next. */
    private Message assemble(PartSource source) throws InterruptedException {
        takers.lockInterruptibly();
        try {
            requireNotStreaming();
            Part part;
            while ((part = source.next()) != null) {
                assembly.add(part);
                if (part.last()) {
                    return assembly.finish();
                }
            }
            return null;
        } finally {
            takers.unlock();
        }
    }

    /** The next message as a stream, or null at the end. */
    MessageStream takeStream() throws InterruptedException {
        takers.lockInterruptibly();
        try {
            requireNotStreaming();
            // What a take that timed out has gathered is the beginning of the message.
            Part first = assembly.isEmpty() ? nextPart() : assembly.takeBegun();
            if (first == null) {
                return null;
            }
            streaming = !first.last();
            return new InboxStream(this, first);
        } finally {
            takers.unlock();
        }
    }

    /** The next part of the message that is streamed; null if the connection ended before it. */
    Part nextOfStream() throws InterruptedException {
        takers.lockInterruptibly();
        try {
            Part part = nextPart();
            streaming = part != null && !part.last();
            return part;
        } finally {
            takers.unlock();
        }
    }

    private void requireNotStreaming() {
        if (streaming) {
            throw new IllegalStateException("a message is being read as a stream");
        }
    }

    private Part nextPart() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            readers++;
            giveWay();
            while (parts.isEmpty() && !ended) {
                arrived.await();
            }
            return removeFirst();
        } finally {
            readers--;
            unlockAndResume();
        }
    }

    /** As above; null also when the time is up, which is then 0 or less. */
    private Part nextPart(long[] leftNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            readers++;
            giveWay();
            while (parts.isEmpty() && !ended && leftNanos[0] > 0) {
                leftNanos[0] = arrived.awaitNanos(leftNanos[0]);
            }
            if (ended && parts.isEmpty()) {
                leftNanos[0] = Math.max(1, leftNanos[0]);
            }
            return removeFirst();
        } finally {
            readers--;
            unlockAndResume();
        }
    }

    /** Waits for a moment when the turn is over: a virtual thread that never waits never lets others have its processor. */
    private void giveWay() throws InterruptedException {
        if (turn.isSpent()) {
            turn.begin();
            arrived.awaitNanos(1);
        }
    }

    private Part removeFirst() {
        Part part = parts.poll();
        endTaken |= part == null && ended;
        if (part != null) {
            turn.spend(part.bytes());
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

    /** The transport is called only when the lock, for which its thread may be waiting in {@link #put}, is free. */
    private void unlockAndResume() {
        boolean due = resumeDue;
        resumeDue = false;
        WebSocket connection = socket;
        lock.unlock();
        if (due) {
            connection.resume();
        }
    }
}
