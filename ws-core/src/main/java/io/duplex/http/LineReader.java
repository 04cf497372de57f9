package io.duplex.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Takes one line after the other from bytes that arrive in pieces. A line ends in CRLF and in nothing else; a
 * CR or an LF alone and any control character but the tab are refused where they stand (RFC 9112 section
 * 2.2), so what does not speak HTTP is known by its first bytes.
 *
 * <p>Each byte is looked at once, and it makes no difference how the bytes are cut. The array for the line
 * grows with the line and never beyond the limit; it is used again for the next line.
 */
final class LineReader {
    private static final int FIRST_CAPACITY = 256;

    private byte[] line = new byte[0];
    private int length;
    private boolean carriageReturnSeen;
    private long examinedBytes;

    /** What came of the bytes. */
    enum Result {
        /** All bytes are taken, and the line goes on. */
        INCOMPLETE,
        /** The line is complete; bytes behind its CRLF are untouched. */
        LINE,
        /** The line has more bytes than the limit. */
        TOO_LONG
    }

    /** Reads on in the line, which must have at most that many bytes before its CRLF. */
    Result read(ByteBuffer src, int limitBytes) throws HttpException {
        while (src.hasRemaining()) {
            if (carriageReturnSeen) {
                takeLineFeed(src);
                return Result.LINE;
            }
            int text = textBytes(src, limitBytes - length);
            append(src, text, limitBytes);
            if (!src.hasRemaining()) {
                return Result.INCOMPLETE;
            }
            if (src.get(src.position()) != '\r') {
                return Result.TOO_LONG;
            }
            src.get();
            carriageReturnSeen = true;
        }
        return Result.INCOMPLETE;
    }

    /** The line that {@link #read} completed, one character for each byte. The next line begins. */
    String take() {
        String text = new String(line, 0, length, StandardCharsets.ISO_8859_1);
        length = 0;
        return text;
    }

    /** Lets the array go. */
    void release() {
        line = new byte[0];
        length = 0;
    }

    /** The bytes of the array: for the tests of the memory bound. */
    int capacityBytes() {
        return line.length;
    }

    /** How often a byte was looked at: for the tests of the linear cost. */
    long examinedBytes() {
        return examinedBytes;
    }

    private void takeLineFeed(ByteBuffer src) throws HttpException {
        examinedBytes++;
        if (src.get() != '\n') {
            throw HttpException.badRequest("CR without LF");
        }
        carriageReturnSeen = false;
    }

    /**
     * Counts bytes of text up to a CR, the end, or one byte beyond the room, which is looked at but not
     * counted.
     */
    private int textBytes(ByteBuffer src, int room) throws HttpException {
        int start = src.position();
        int end = src.limit();
        for (int i = start; i < end; i++) {
            examinedBytes++;
            int b = src.get(i) & 0xFF;
            if (b == '\r') {
                return i - start;
            }
            if (!HttpSyntax.isFieldTextChar(b)) {
                throw HttpException.badRequest(b == '\n' ? "LF without CR" : "control character in the head");
            }
            if (i - start == room) {
                return room;
            }
        }
        return end - start;
    }

    private void append(ByteBuffer src, int count, int limitBytes) {
        int needed = length + count;
        if (needed > line.length) {
            int doubled = (int) Math.min(limitBytes, Math.max(FIRST_CAPACITY, 2L * line.length));
            byte[] larger = new byte[Math.max(needed, doubled)];
            System.arraycopy(line, 0, larger, 0, length);
            line = larger;
        }
        src.get(line, length, count);
        length = needed;
    }
}
