package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * What a client says to a contestant and must hear, encoded beforehand: so the load generator costs little,
 * and notices every byte that is wrong. Messages differ, and come in a cycle. The bare echo gets the same
 * bytes and sends them back as they are.
 */
final class Wire {
    static final String PATH = "/echo";

    /**
     * The longest cycle of messages; no more may be in flight on a connection, so that one in the wrong place
     * is noticed.
     */
    private static final int LONGEST_CYCLE = 32;
    /** Bounds the memory that a cycle of large messages takes. */
    private static final int CYCLE_BYTES = 16 << 20;

    private static final int FIN_BINARY = 0x82;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int LARGEST_LENGTH_16 = 0xFFFF;
    private static final int LARGEST_PAYLOAD_BYTES = 4 << 20;
    private static final byte[] REQUEST = ("GET " + PATH
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = { (byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE8 };
    private static final byte[] CLOSED = { (byte) 0x88, 0x02, 0x03, (byte) 0xE8 };

    private final Kind kind;
    private final int cycle;
    private final int requestBytes;
    private final int replyBytes;
    /** Two cycles of frames, so that those in flight lie in one piece wherever they begin. */
    private final ByteBuffer requests;
    private final ByteBuffer replies;

    /** For messages of so many bytes. */
    Wire(Kind kind, int payloadBytes) {
        if (payloadBytes < 1 || payloadBytes > LARGEST_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("a message has 1 to " + LARGEST_PAYLOAD_BYTES
                    + " bytes here, not " + payloadBytes);
        }
        int header = headerBytes(payloadBytes);
        this.kind = kind;
        this.cycle = Math.min(LONGEST_CYCLE, CYCLE_BYTES / payloadBytes);
        this.requestBytes = header + Integer.BYTES + payloadBytes;
        this.replyBytes = kind == Kind.RAW ? requestBytes : header + payloadBytes;
        this.requests = ByteBuffer.allocateDirect(2 * cycle * requestBytes);
        this.replies = ByteBuffer.allocateDirect(2 * cycle * replyBytes);
        fill(payloadBytes);
    }

    private static int headerBytes(int payloadBytes) {
        if (payloadBytes < LENGTH_16) {
            return 2;
        }
        return payloadBytes <= LARGEST_LENGTH_16 ? 4 : 10;
    }

    private void fill(int payloadBytes) {
        byte[] payload = new byte[payloadBytes];
        for (int half = 0; half < 2; half++) {
            Random random = new Random(payloadBytes);
            for (int i = 0; i < cycle; i++) {
                random.nextBytes(payload);
                int key = random.nextInt();
                frame(requests, MASKED, payload, key);
                if (kind == Kind.RAW) {
                    frame(replies, MASKED, payload, key);
                } else {
                    frame(replies, 0, payload, 0);
                }
            }
        }
    }

    private static void frame(ByteBuffer into, int masked, byte[] payload, int key) {
        into.put((byte) FIN_BINARY);
        if (payload.length < LENGTH_16) {
            into.put((byte) (masked | payload.length));
        } else if (payload.length <= LARGEST_LENGTH_16) {
            into.put((byte) (masked | LENGTH_16)).putShort((short) payload.length);
        } else {
            into.put((byte) (masked | LENGTH_64)).putLong(payload.length);
        }
        if (masked != 0) {
            into.putInt(key);
        }
        for (int i = 0; i < payload.length; i++) {
            into.put((byte) (payload[i] ^ key >>> 24 - 8 * (i % Integer.BYTES)));
        }
    }

    /**
     * The opening handshake; the answer, which is the same bytes from a bare echo, ends with an empty line.
     */
    byte[] handshake() {
        return REQUEST.clone();
    }

    /** What is said before this side says no more; empty for the bare echo. */
    byte[] goodbye() {
        return kind == Kind.RAW ? new byte[0] : CLOSE.clone();
    }

    /** What comes back before the other side's FIN. */
    byte[] farewell() {
        return kind == Kind.RAW ? new byte[0] : CLOSED.clone();
    }

    /**
     * Whether the server closes first, as RFC 6455 section 7.1.1 wants it; a bare echo waits for the client's
     * FIN.
     */
    boolean serverClosesFirst() {
        return kind == Kind.DUPLEX;
    }

    /** How many messages differ before the first comes again. */
    int cycle() {
        return cycle;
    }

    int requestBytes() {
        return requestBytes;
    }

    int replyBytes() {
        return replyBytes;
    }

    /** Two cycles of messages; a view of its own for each caller. */
    ByteBuffer requests() {
        return requests.duplicate().clear();
    }

    /** Two cycles of what must come back; a view of its own for each caller. */
    ByteBuffer replies() {
        return replies.duplicate().clear();
    }
}
