package io.duplex.internal.session;

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
    private final Inbox inbox;
    private final boolean text;
    private final Bytes bytes = new Bytes();
    private final Characters characters = new Characters();
    private boolean last;

    /** A stream that begins with a part taken already. */
    InboxStream(Inbox inbox, Inbox.Part first) {
        this.inbox = inbox;
        this.text = first.text();
        this.last = first.last();
        if (text) {
            characters.part = (String) first.payload();
        } else {
            bytes.part = (byte[]) first.payload();
        }
    }

    @Override
    public boolean isText() {
        return text;
    }

    @Override
    public InputStream bytes() {
        if (text) {
            throw new IllegalStateException("this is a text message");
        }
        return bytes;
    }

    @Override
    public Reader text() {
        if (!text) {
            throw new IllegalStateException("this is a binary message");
        }
        return characters;
    }

    @Override
    public void close() throws IOException {
        while (!last) {
            next();
        }
    }

    private Object next() throws IOException {
        try {
            Inbox.Part part = inbox.nextOfStream();
            last = part.last();
            return part.payload();
        } catch (ConnectionClosedException e) {
            // As a stream reports failures.
            throw (IOException) new EOFException(e.getMessage()).initCause(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a part of a message");
        }
    }

    private final class Bytes extends InputStream {
        private byte[] part = {};
        private int read;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            while (read == part.length && !last && length > 0) {
                part = (byte[]) next();
                read = 0;
            }
            int count = Math.min(length, part.length - read);
            System.arraycopy(part, read, into, offset, count);
            read += count;
            return count == 0 && length > 0 ? -1 : count;
        }

        @Override
        public void close() throws IOException {
            InboxStream.this.close();
        }
    }

    private final class Characters extends Reader {
        private String part = "";
        private int read;

        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            while (read == part.length() && !last && length > 0) {
                part = (String) next();
                read = 0;
            }
            int count = Math.min(length, part.length() - read);
            part.getChars(read, read + count, into, offset);
            read += count;
            return count == 0 && length > 0 ? -1 : count;
        }

        @Override
        public void close() throws IOException {
            InboxStream.this.close();
        }
    }
}
