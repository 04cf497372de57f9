package io.duplex.session;

import io.duplex.SendStatus;
import io.duplex.frame.Opcode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A message written as a stream: a full buffer becomes a fragment. For one thread. */
final class SendingStream extends OutputStream {
    /** Large enough that headers and locks do not count, small enough that a peer sees progress. */
    private static final int FRAGMENT_BYTES = 16 << 10;

    private final Outbound outbound;
    private final Opcode type;
    private ByteBuffer fragment = ByteBuffer.allocate(FRAGMENT_BYTES);
    private boolean closed;

    SendingStream(Outbound outbound, Opcode type) {
        this.outbound = outbound;
        this.type = type;
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
            int count = Math.min(length - written, fragment.remaining());
            fragment.put(bytes, offset + written, count);
            written += count;
            if (!fragment.hasRemaining()) {
                send(false);
            }
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
            closed = true;
            send(true);
        }
    }

    private void send(boolean last) throws IOException {
        SendStatus status = outbound.part(this, type, fragment.flip(), last, true);
        fragment.clear();
        if (status == SendStatus.CLOSED || status == SendStatus.DROPPED) {
            closed = true;
            throw new IOException("the connection is not open, or the wait for it was interrupted");
        }
    }
}
