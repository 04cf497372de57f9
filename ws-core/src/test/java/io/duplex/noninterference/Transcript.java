package io.duplex.noninterference;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * All that a conversation saw and sent, in order, as bytes: two numbers and some content for each entry.
 * Only a comparison that fails puts it into words. For one thread.
 */
public final class Transcript {
    /** What an entry is about. */
    public enum Tag {
        /** Callbacks. */
        OPEN, TEXT, TEXT_PART, BINARY, BINARY_ARRAY, BINARY_PART, PING, PONG, DRAINED, ERROR, CLOSE,
        /**
         * A buffer within a callback: what {@code clear()} or {@code rewind()} shows; the content again,
         * later in the call.
         */
        CLEARED, AGAIN,
        /** The answer to a call of the application; what it threw; a future that completed. */
        ANSWER, THROWN, COMPLETED,
        /** A message that was received in blocking style. */
        RECEIVED,
        /** What the application was given to keep, looked at later. */
        KEPT,
        /** What the listener was told. */
        LISTENER,
        /** Bytes, FIN and RST on their way to the peer. */
        SENT, FIN, RESET,
        /** TCP is over; the transport had to cut it; the layer has thrown; it would go on for ever. */
        RELEASED, CUT, CRASHED, STUCK,
        /** The opening handshake. */
        HANDSHAKE
    }

    private static final int HEADER_BYTES = 1 + 2 * Long.BYTES + Integer.BYTES;
    private static final int FIRST_BYTES = 4 << 10;
    private static final int SHOWN_BYTES = 160;
    private static final int SHOWN_BEFORE_BYTES = 20;

    private byte[] bytes = new byte[FIRST_BYTES];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    private int count;

    /** Forgets all entries. */
    void clear() {
        count = 0;
    }

    /**
     * Adds an entry.
     *
     * @param tag what it is about
     * @param a   a number
     * @param b   another
     */
    public void add(Tag tag, long a, long b) {
        header(tag, a, b, 0);
    }

    /**
     * Adds an entry.
     *
     * @param tag  what it is about
     * @param text its content
     */
    public void add(Tag tag, String text) {
        add(tag, 0, 0, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Adds an entry.
     *
     * @param tag     what it is about
     * @param a       a number
     * @param b       another
     * @param content copied
     */
    public void add(Tag tag, long a, long b, byte[] content) {
        header(tag, a, b, content.length);
        System.arraycopy(content, 0, bytes, count, content.length);
        count += content.length;
    }

    /**
     * Adds an entry with what lies in a buffer, which does not change.
     *
     * @param tag     what it is about
     * @param a       a number
     * @param b       another
     * @param content its bytes from {@code from} to {@code to} are copied
     * @param from    an absolute index
     * @param to      the index after the last byte, at most the limit
     */
    public void add(Tag tag, long a, long b, ByteBuffer content, int from, int to) {
        header(tag, a, b, to - from);
        content.get(from, bytes, count, to - from);
        count += to - from;
    }

    private void header(Tag tag, long a, long b, int length) {
        int needed = count + HEADER_BYTES + length;
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
            view = ByteBuffer.wrap(bytes);
        }
        view.put(count, (byte) tag.ordinal());
        view.putLong(count + 1, a);
        view.putLong(count + 1 + Long.BYTES, b);
        view.putInt(count + 1 + 2 * Long.BYTES, length);
        count += HEADER_BYTES;
    }

    /**
     * What there is so far.
     *
     * @return a copy
     */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, count);
    }

    boolean isEqualTo(byte[] other) {
        return Arrays.equals(bytes, 0, count, other, 0, other.length);
    }

    // ---- in words -----------------------------------------------------------------------------------------

    /** An entry, read back. */
    record Entry(Tag tag, long a, long b, byte[] content) {
        @Override
        public String toString() {
            return shownFrom(0);
        }

        private String shownFrom(int from) {
            int to = Math.min(content.length, from + SHOWN_BYTES);
            return tag + " " + a + " " + b + " [" + content.length + "] " + (from > 0 ? "…" : "")
                    + shown(from, to) + (to < content.length ? "…" : "");
        }

        private String shown(int from, int to) {
            for (int i = from; i < to; i++) {
                if (content[i] < ' ' || content[i] > '~') {
                    return HexFormat.of().formatHex(content, from, to);
                }
            }
            return '"' + new String(content, from, to - from, StandardCharsets.US_ASCII) + '"';
        }

        boolean isEqualTo(Entry other) {
            return tag == other.tag && a == other.a && b == other.b && Arrays.equals(content, other.content);
        }
    }

    static List<Entry> entries(byte[] transcript) {
        List<Entry> entries = new ArrayList<>();
        for (ByteBuffer in = ByteBuffer.wrap(transcript); in.hasRemaining();) {
            Tag tag = Tag.values()[in.get()];
            long a = in.getLong();
            long b = in.getLong();
            byte[] content = new byte[in.getInt()];
            in.get(content);
            entries.add(new Entry(tag, a, b, content));
        }
        return entries;
    }

    /**
     * Says where two transcripts part.
     *
     * @param alone    the one
     * @param together the other
     * @return some lines
     */
    public static String firstDifference(byte[] alone, byte[] together) {
        List<Entry> expected = entries(alone);
        List<Entry> actual = entries(together);
        int at = 0;
        while (at < Math.min(expected.size(), actual.size()) && expected.get(at).isEqualTo(actual.get(at))) {
            at++;
        }
        int from = 0;
        if (at < Math.min(expected.size(), actual.size())) {
            int mismatch = Arrays.mismatch(expected.get(at).content(), actual.get(at).content());
            from = Math.max(0, mismatch - SHOWN_BEFORE_BYTES);
        }
        return "entry " + at + (from == 0 ? "" : ", content from byte " + from) + "\n  alone:    "
                + shown(expected, at, from) + "\n  together: " + shown(actual, at, from)
                + (at == 0 ? "" : "\n  behind:   " + expected.get(at - 1));
    }

    private static String shown(List<Entry> entries, int at, int from) {
        return at < entries.size() ? entries.get(at).shownFrom(from) : "(the end)";
    }
}
