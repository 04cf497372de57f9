package io.duplex.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Splits bytes that arrive in pieces into lines. A line ends in CRLF only. A CR or an LF alone and any
 * control character except tab are refused as soon as they are read (RFC 9112 section 2.2), so a peer that
 * does not speak HTTP is detected by its first bytes.
 *
 * <p>Each byte is examined once, for any split of the bytes. The array for the line grows with the line,
 * never beyond the limit, and is reused for the next line.
 */
final class LineReader {
    private static final int FIRST_CAPACITY = 64;
    /** Names and values of most handshakes, shared so that no string is created for them. */
    private static final String[] USUAL = { "Host", "Upgrade", "websocket", "Connection",
        "Sec-WebSocket-Key", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Extensions", "Origin",
        "User-Agent", "Accept-Encoding", "Accept-Language", "Accept", "Cookie", "Cache-Control", "Pragma",
        "no-cache", "Sec-WebSocket-Protocol", "Sec-WebSocket-Accept", "Authorization" };

    private byte[] line = new byte[0];
    private int length;
    private boolean carriageReturnSeen;
    private long examinedBytes;

    /** Result of a read. */
    enum Result {
        /** All bytes are consumed, and the line continues. */
        INCOMPLETE,
        /** The line is complete; bytes after its CRLF are not consumed. */
        LINE,
        /** The line has more bytes than the limit. */
        TOO_LONG
    }

    /** Continues to read the line, which may have at most that many bytes before its CRLF. */
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

    /** Returns the length of the line that {@link #read} completed, without its CRLF. */
    int length() {
        return length;
    }

    /** Returns a character of the line, which is one byte. */
    int at(int index) {
        return line[index] & 0xFF;
    }

    /** Returns the index of the first colon; -1 if the line has none. */
    int colon() {
        for (int i = 0; i < length; i++) {
            if (line[i] == ':') {
                return i;
            }
        }
        return -1;
    }

    /** Returns a part of the line, one character per byte. */
    String text(int from, int to) {
        for (String usual : USUAL) {
            if (usual.length() == to - from && isAt(usual, from)) {
                return usual;
            }
        }
        return new String(line, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private boolean isAt(String text, int from) {
        for (int i = 0; i < text.length(); i++) {
            if (line[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the whole line, and starts the next one. */
    String take() {
        String text = text(0, length);
        next();
        return text;
    }

    /** Starts the next line. */
    void next() {
        length = 0;
    }

    /** Frees the array. */
    void release() {
        line = new byte[0];
        length = 0;
    }

    /** Returns the size of the array, for tests of the memory bound. */
    int capacityBytes() {
        return line.length;
    }

    /** Returns the number of bytes examined, for tests of the linear cost. */
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
     * Counts bytes of text up to a CR, the end, or one byte beyond the room, which is examined but not
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
