package io.duplex.internal.blocking;

import io.duplex.ConnectionClosedException;
import io.duplex.SendStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/** A message written as a stream: a full buffer becomes a fragment. For one thread. */
public final class SendingStream extends OutputStream {
    /** Sends the fragments of the stream's message. */
    @FunctionalInterface
    public interface Fragments {
        /**
         * Sends a fragment after all that waits, and waits for room if the current thread may.
         *
         * @param owner the stream: while it has sent some fragments and not the last, no other message of
         *              several fragments may be sent
         */
        SendStatus send(SendingStream owner, ByteBuffer payload, boolean last);
    }

    /** Large enough that headers and locks cost little, small enough that the peer sees progress. */
    private static final int FRAGMENT_BYTES = 16 << 10;

    private final Fragments fragments;
    private ByteBuffer fragment = ByteBuffer.allocate(FRAGMENT_BYTES);
    private boolean closed;

    /** A stream for one message, of which nothing was sent yet. */
    public SendingStream(Fragments fragments) {
        this.fragments = fragments;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] { (byte) value }, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new IOException("the message has ended");
        }
        int written = 0;
        while (written < length) {
            if (!fragment.hasRemaining()) {
                sendFull(written);
            }
            int count = Math.min(length - written, fragment.remaining());
            fragment.put(bytes, offset + written, count);
            written += count;
        }
    }

    private void sendFull(int written) throws IOException {
        try {
            send(false);
        } catch (InterruptedIOException e) {
            e.bytesTransferred = written;
            throw e;
        }
    }

    /** Sends what was written so far as a fragment. */
    @Override
    public void flush() throws IOException {
        if (!closed && fragment.position() > 0) {
            send(false);
        }
    }

    /** Ends the message. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            send(true);
            closed = true;
        }
    }

    /** On failure the fragment stays, to be sent again. */
    private void send(boolean last) throws IOException {
        switch (fragments.send(this, fragment.duplicate().flip(), last)) {
            case ACCEPTED, ABOVE_HIGH_WATER -> fragment.clear();
            case CLOSED -> {
                closed = true;
                throw new IOException("the connection is not open", new ConnectionClosedException(
                        "the message was not sent to its end", Optional.empty()));
            }
            case DROPPED -> throw notTaken();
        }
    }

    private static IOException notTaken() {
        return Thread.currentThread().isInterrupted()
                ? new InterruptedIOException("interrupted while waiting for room; the stream can go on")
                : new IOException("the send queue is full");
    }
}
