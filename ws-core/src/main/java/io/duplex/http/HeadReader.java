package io.duplex.http;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads one message head from bytes that arrive in pieces (RFC 9112 sections 2 to 5), strictly: lines end in
 * CRLF, no folded lines, no whitespace before a colon, no control characters. Bytes 0x80 to 0xFF are allowed
 * in field values and read as ISO-8859-1.
 *
 * <p>A reader is for one head. It reads no body. It may be used by one thread at a time, and keeps no
 * reference to the caller's buffers. Its cost is linear for any split of the bytes. It allocates memory only
 * as bytes arrive, and no more than the limits allow.
 *
 * @param <H> the type of the head
 */
public abstract sealed class HeadReader<H> permits RequestReader, ResponseReader {
    private static final int CRLF_BYTES = 2;

    private final HeadLimits limits;
    private final LineReader lines = new LineReader();
    private final HttpHeaders.Builder headers = HttpHeaders.builder();
    private Part part = Part.START_LINE;
    private int fields;
    private int headerBytes;

    private enum Part {
        START_LINE, HEADER_SECTION, ENDED
    }

    HeadReader(HeadLimits limits) {
        if (limits == null) {
            throw new NullPointerException("limits");
        }
        this.limits = limits;
    }

    /**
     * Continues to read. Consumes bytes up to the last CRLF of the head, and none after it.
     *
     * @param src the bytes that arrived; its position moves past the consumed ones
     * @return the head once it is complete; empty if more bytes are needed
     * @throws HttpException if the head is malformed (400), its start line too long (414), its header section
     * too large (431), or its version unknown (505); the position of {@code src} is then undefined
     * @throws IllegalStateException if a head was returned or an exception thrown before
     */
    public final Optional<H> read(ByteBuffer src) throws HttpException {
        if (part == Part.ENDED) {
            throw new IllegalStateException("This reader has read its head; the next head needs another");
        }
        Optional<H> head = Optional.empty();
        boolean failed = true;
        try {
            while (head.isEmpty() && readLine(src)) {
                head = line();
                lines.next();
            }
            failed = false;
            return head;
        } finally {
            if (failed || head.isPresent()) {
                part = Part.ENDED;
                lines.release();
            }
        }
    }

    /** Returns the line reader, for tests of the memory bound and the linear cost. */
    final LineReader lines() {
        return lines;
    }

    /**
     * Parses the start line. Returns false if the line is to be ignored and the next one is the start line.
     */
    abstract boolean startLine(String line) throws HttpException;

    /** Checks the header section and creates the head. */
    abstract H head(HttpHeaders headers) throws HttpException;

    private boolean readLine(ByteBuffer src) throws HttpException {
        return switch (lines.read(src, limitOfLine())) {
            case INCOMPLETE -> false;
            case LINE -> true;
            case TOO_LONG -> throw tooLong();
        };
    }

    private int limitOfLine() {
        return part == Part.START_LINE
                ? limits.maxLineBytes()
                : Math.max(0, limits.maxHeaderBytes() - headerBytes - CRLF_BYTES);
    }

    private HttpException tooLong() {
        return part == Part.START_LINE
                ? new HttpException(HttpStatus.URI_TOO_LONG,
                        "start line longer than " + limits.maxLineBytes() + " bytes")
                : new HttpException(HttpStatus.HEADER_FIELDS_TOO_LARGE,
                        "header section longer than " + limits.maxHeaderBytes() + " bytes");
    }

    private Optional<H> line() throws HttpException {
        if (part == Part.START_LINE) {
            if (startLine(lines.take())) {
                part = Part.HEADER_SECTION;
            }
            return Optional.empty();
        }
        if (lines.length() == 0) {
            return Optional.of(head(headers.build()));
        }
        headerBytes += lines.length() + CRLF_BYTES;
        field();
        return Optional.empty();
    }

    private void field() throws HttpException {
        if (fields == limits.maxFields()) {
            throw new HttpException(HttpStatus.HEADER_FIELDS_TOO_LARGE,
                    "more than " + limits.maxFields() + " header fields");
        }
        fields++;
        if (HttpSyntax.isWhitespace(lines.at(0))) {
            throw HttpException.badRequest("folded header field");
        }
        int colon = lines.colon();
        if (colon < 0) {
            throw HttpException.badRequest("header field without a colon");
        }
        String name = lines.text(0, colon);
        if (!HttpSyntax.isToken(name)) {
            throw HttpException.badRequest("malformed name of a header field");
        }
        int start = colon + 1;
        int end = lines.length();
        while (start < end && HttpSyntax.isWhitespace(lines.at(start))) {
            start++;
        }
        while (end > start && HttpSyntax.isWhitespace(lines.at(end - 1))) {
            end--;
        }
        headers.add(name, lines.text(start, end));
    }
}
