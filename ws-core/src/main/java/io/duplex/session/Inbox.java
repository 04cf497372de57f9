package io.duplex.session;

import io.duplex.CloseInfo;
import io.duplex.Delivery;
import io.duplex.Message;
import io.duplex.MessageStream;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where messages wait for an application that reads in blocking style. It takes parts as they arrive and pauses the connection while
 * more than {@link #HIGH_BYTES} wait, so a reader that is slow or stays away costs that much, and its peer feels it. The receiving
 * thread puts in, any thread takes out; a take that is interrupted or timed out leaves everything in place.
 */
public final class Inbox implements WebSocketHandler {
    private static final long HIGH_BYTES = 64 << 10;
    private static final long LOW_BYTES = 32 << 10;

    /** A part of a message: a string or an array. */
    record Part(boolean text, Object payload, long bytes, boolean last) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private final MessageAssembly assembly = new MessageAssembly();
    private WebSocket socket;
    private long waitingBytes;
    private boolean paused;
    private boolean ended;
    private boolean streaming;

    /** An empty inbox, for one connection. */
    public Inbox() {
        // The connection introduces itself by onOpen.
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
        put(new Part(true, part, part.length(), last));
    }

    @Override
    public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        put(new Part(false, copy, copy.length, last));
    }

    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        end();
    }

    private void put(Part part) {
        lock.lock();
        try {
            parts.add(part);
            waitingBytes += part.bytes();
            if (waitingBytes > HIGH_BYTES && !paused) {
                paused = true;
                socket.pause();
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come. */
    void end() {
        lock.lock();
        try {
            ended = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The next message, or null at the end. */
    Message take() throws InterruptedException {
        try {
            return take(Duration.ofNanos(Long.MAX_VALUE));
        } catch (TimeoutException e) {
            throw new IllegalStateException("292 years have passed", e);
        }
    }

    Message take(Duration timeout) throws InterruptedException, TimeoutException {
        long nanos = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            requireNotStreaming();
            while (true) {
                while (parts.isEmpty() && !ended) {
                    if (nanos <= 0) {
                        throw new TimeoutException("no message came within " + timeout);
                    }
                    nanos = arrived.awaitNanos(nanos);
                }
                if (parts.isEmpty()) {
                    return null;
                }
                Part part = remove();
                assembly.add(part);
                if (part.last()) {
                    return assembly.finish();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next message as a stream, or null at the end. */
    MessageStream takeStream() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            requireNotStreaming();
            while (parts.isEmpty() && !ended) {
                arrived.await();
            }
            if (parts.isEmpty()) {
                return null;
            }
            streaming = true;
            return new InboxStream(this, parts.peek().text());
        } finally {
            lock.unlock();
        }
    }

    /** The next part of the message that is streamed; null if the connection ended before it. */
    Part nextPart() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (parts.isEmpty() && !ended) {
                arrived.await();
            }
            if (parts.isEmpty()) {
                return null;
            }
            Part part = remove();
            streaming = !part.last();
            return part;
        } finally {
            lock.unlock();
        }
    }

    private void requireNotStreaming() {
        if (streaming) {
            throw new IllegalStateException("a message is being read as a stream");
        }
    }

    private Part remove() {
        Part part = parts.remove();
        waitingBytes -= part.bytes();
        if (paused && waitingBytes < LOW_BYTES) {
            paused = false;
            socket.resume();
        }
        return part;
    }
}
