package io.duplex.http;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the body of one request from bytes that arrive in pieces (RFC 9112 sections 6 and 7), strictly: an
 * ambiguous length is refused. The body ends by {@code Content-Length} or by chunks. Chunk extensions and
 * trailer fields are checked and dropped.
 *
 * <p>Used by one thread at a time, for one body. Memory is allocated as bytes arrive, never beyond the limit.
 * The cost is linear for any split of the bytes.
 */
public final class RequestBodyReader {
    private static final int FIRST_CAPACITY = 256;
    /**
     * Maximum digits of a chunk size without leading zeros: enough for every limit, too few to overflow an
     * int.
     */
    private static final int MAX_SIZE_DIGITS = 7;

    private final LineReader lines = new LineReader();
    private final int maxBytes;
    private final int maxFields;
    /** Bytes left for chunk extensions and trailer fields. */
    private int overheadBytes;
    private Part part;
    /** Bytes missing of the body, or of the chunk. */
    private int missing;
    private byte[] bytes = new byte[0];
    private int length;
    private int fields;

    private enum Part {
        BYTES, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILER, ENDED
    }

    /**
     * Creates a reader for the body that follows a head.
     *
     * @param head     a head whose framing was checked ({@link RequestReader})
     * @param limits   bounds of chunk extensions and trailer fields, as for a header section
     * @param maxBytes the maximum length of the body
     * @throws HttpException with status 413 if the body is longer, 501 for a transfer coding other than
     * chunked, 400 for chunked twice
     */
    public RequestBodyReader(RequestHead head, HeadLimits limits, int maxBytes) throws HttpException {
        this.maxBytes = maxBytes;
        this.maxFields = limits.maxFields();
        this.overheadBytes = limits.maxHeaderBytes();
        check(head, maxBytes);
        if (head.headers().contains(BodyFraming.TRANSFER_ENCODING)) {
            part = Part.CHUNK_SIZE;
        } else {
            missing = (int) BodyFraming.length(head.headers());
            part = missing == 0 ? Part.ENDED : Part.BYTES;
        }
    }

    /**
     * Checks the framing in a head, before the body is read.
     *
     * @param head the head of a request that was read
     * @param maxBytes the maximum length of the body
     * @throws HttpException with status 413 if the body is longer, 501 for a transfer coding other than
     * chunked, 400 for chunked twice
     */
    public static void check(RequestHead head, int maxBytes) throws HttpException {
        List<String> codings = HttpSyntax.tokens(head.headers().all(BodyFraming.TRANSFER_ENCODING));
        if (codings.stream().anyMatch(coding -> !coding.equalsIgnoreCase(BodyFraming.CHUNKED))) {
            throw new HttpException(HttpStatus.NOT_IMPLEMENTED,
                    "the only transfer coding read here is chunked");
        }
        if (codings.size() > 1) {
            throw HttpException.badRequest("chunked more than once");
        }
        if (BodyFraming.length(head.headers()) > maxBytes) {
            throw tooLarge(maxBytes);
        }
    }

    private static HttpException tooLarge(int maxBytes) {
        return new HttpException(HttpStatus.CONTENT_TOO_LARGE, "body longer than " + maxBytes + " bytes");
    }

    /**
     * Continues to read. Consumes bytes up to the end of the body, and none after it.
     *
     * @param src the bytes that arrived; its position moves past the consumed ones
     * @return true once the body is complete
     * @throws HttpException if the body is malformed (400) or too long (413), or its chunk extensions and
     * trailer fields are too long (431); the reader must not be used any more
     */
    public boolean read(ByteBuffer src) throws HttpException {
        while (part != Part.ENDED && src.hasRemaining()) {
            switch (part) {
                case BYTES, CHUNK -> take(src);
                default -> readLine(src);
            }
        }
        return part == Part.ENDED;
    }

    /**
     * Returns the body, after {@link #read} has returned true.
     *
     * @return the body
     */
    public RequestBody body() {
        return length == 0
                ? RequestBody.EMPTY
                : new RequestBody(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
    }

    /** Returns the size of the array, for tests of the memory bound. */
    int capacityBytes() {
        return bytes.length;
    }

    private void take(ByteBuffer src) {
        int count = Math.min(missing, src.remaining());
        if (length + count > bytes.length) {
            int doubled = (int) Math.min(maxBytes, Math.max(FIRST_CAPACITY, 2L * bytes.length));
            bytes = Arrays.copyOf(bytes, Math.max(length + count, doubled));
        }
        src.get(bytes, length, count);
        length += count;
        missing -= count;
        if (missing == 0) {
            part = part == Part.CHUNK ? Part.CHUNK_END : Part.ENDED;
        }
    }

    private void readLine(ByteBuffer src) throws HttpException {
        switch (lines.read(src, part == Part.CHUNK_END ? 0 : MAX_SIZE_DIGITS + overheadBytes)) {
            case INCOMPLETE -> {
                // The rest of the line follows.
            }
            case TOO_LONG -> throw part == Part.CHUNK_END
                    ? HttpException.badRequest("chunk longer than its size")
                    : overheadTooLarge();
            case LINE -> line(lines.take());
        }
    }

    private static HttpException overheadTooLarge() {
        return new HttpException(HttpStatus.HEADER_FIELDS_TOO_LARGE,
                "chunk extensions or trailer fields too long");
    }

    private void line(String line) throws HttpException {
        switch (part) {
            case CHUNK_SIZE -> chunkSize(line);
            case CHUNK_END -> part = Part.CHUNK_SIZE;
            default -> trailer(line);
        }
    }

    private void chunkSize(String line) throws HttpException {
        int digits = 0;
        while (digits < line.length() && HttpSyntax.isHexDigit(line.charAt(digits))) {
            digits++;
        }
        String extensions = HttpSyntax.trim(line.substring(digits));
        if (digits == 0 || digits < line.length() && !extensions.startsWith(";")) {
            throw HttpException.badRequest("malformed chunk size");
        }
        int zeros = 0;
        while (zeros < digits - 1 && line.charAt(zeros) == '0') {
            zeros++;
        }
        spend(line.length() - digits + zeros);
        if (digits - zeros > MAX_SIZE_DIGITS) {
            throw tooLarge(maxBytes);
        }
        missing = Integer.parseInt(line, zeros, digits, 16);
        if (missing > maxBytes - length) {
            throw tooLarge(maxBytes);
        }
        part = missing == 0 ? Part.TRAILER : Part.CHUNK;
    }

    private void spend(int count) throws HttpException {
        overheadBytes -= count;
        if (overheadBytes < 0) {
            throw overheadTooLarge();
        }
    }

    /**
     * Drops a trailer field. A recipient may use only trailer fields that it knows (RFC 9110 section 6.5.1),
     * and this one knows none.
     */
    private void trailer(String line) throws HttpException {
        if (line.isEmpty()) {
            part = Part.ENDED;
            lines.release();
            return;
        }
        spend(line.length());
        int colon = line.indexOf(':');
        if (colon < 0 || !HttpSyntax.isToken(line.substring(0, colon))) {
            throw HttpException.badRequest("malformed trailer field");
        }
        if (++fields > maxFields) {
            throw overheadTooLarge();
        }
    }
}
