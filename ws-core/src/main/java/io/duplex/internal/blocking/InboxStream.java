package io.duplex.internal.blocking;

import io.duplex.ConnectionClosedException;
import io.duplex.MessageStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.util.Objects;

/** One message that is read from an {@link Inbox} while it arrives. For one thread. */
final class InboxStream implements MessageStream {
    /** Copies content of the current part to the reader's array. */
    private interface Copier {
        void copy(int from, int count);
    }

    private final Inbox inbox;
    private Inbox.Part part;
    /** How much of the part was read: bytes or characters. */
    private int read;
    private final Bytes bytes = new Bytes();
    private final Characters characters = new Characters();

    /** A stream that begins with a part that was taken already. */
    InboxStream(Inbox inbox, Inbox.Part first) {
        this.inbox = inbox;
        this.part = first;
    }

    @Override
    public boolean isText() {
        return part.text();
    }

    @Override
    public InputStream bytes() {
        if (isText()) {
            throw new IllegalStateException("this is a text message");
        }
        return bytes;
    }

    @Override
    public Reader text() {
        if (!isText()) {
            throw new IllegalStateException("this is a binary message");
        }
        return characters;
    }

    @Override
    public void close() throws IOException {
        while (!part.last()) {
            next();
        }
        read = part.length();
    }

    private void next() throws IOException {
        try {
            part = inbox.nextOfStream();
            read = 0;
        } catch (ConnectionClosedException e) {
            // The failure that readers of streams expect.
            throw (IOException) new EOFException(e.getMessage()).initCause(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a part of a message");
        }
    }

    /** Reads up to {@code length} units; returns how many, or -1 at the end, as streams and readers do. */
    private int read(int length, Copier copier) throws IOException {
        while (read == part.length() && !part.last() && length > 0) {
            next();
        }
        int count = Math.min(length, part.length() - read);
        copier.copy(read, count);
        read += count;
        return count == 0 && length > 0 ? -1 : count;
    }

    private final class Bytes extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            return InboxStream.this.read(length,
                    (from, count) -> System.arraycopy(part.payload(), from, into, offset, count));
        }

        @Override
        public void close() throws IOException {
            InboxStream.this.close();
        }
    }

    private final class Characters extends Reader {
        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            return InboxStream.this.read(length,
                    (from, count) -> ((String) part.payload()).getChars(from, from + count, into, offset));
        }

        @Override
        public void close() throws IOException {
            InboxStream.this.close();
        }
    }
}
