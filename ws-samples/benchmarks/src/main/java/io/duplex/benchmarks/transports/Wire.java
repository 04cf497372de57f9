package io.duplex.benchmarks.transports;

import io.duplex.benchmarks.transports.Contestant.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * The bytes that a client sends to a contestant and the bytes it expects, encoded in advance, so that the
 * load generator is cheap and detects every wrong byte. Messages differ and repeat in a cycle. The bare echo
 * gets the same bytes and returns them unchanged.
 */
final class Wire {
    /** Each message goes back to its sender. */
    static final String ECHO = "/echo";
    /** Each message goes to all connections of this path, its sender among them. */
    static final String BROADCAST = "/broadcast";

    /**
     * The maximum number of messages in a cycle, and in flight on a connection, so that messages out of order
     * are detected.
     */
    private static final int LONGEST_CYCLE = 32;
    /** The minimum: with it, messages in the wrong order are detected. */
    private static final int SHORTEST_CYCLE = 2;
    /** Bounds the memory of a cycle, so that it stays in the cache of a processor. */
    private static final int CYCLE_BYTES = 256 << 10;

    /** Room for the head of a response. */
    private static final int SCRATCH_BYTES = 4096;

    private static final int FIN_BINARY = 0x82;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int LARGEST_LENGTH_16 = 0xFFFF;
    private static final int LARGEST_PAYLOAD_BYTES = 4 << 20;
    private static final byte[] CLOSE = { (byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE8 };
    private static final byte[] CLOSED = { (byte) 0x88, 0x02, 0x03, (byte) 0xE8 };
    /** The masked Close frame as a number. A bare echo returns it and closes, like a WebSocket server. */
    static final long GOODBYE = ByteBuffer.wrap(CLOSE).getLong();

    private final boolean raw;
    private final ByteBuffer handshake;
    private final ByteBuffer goodbye = direct(CLOSE);
    private final ByteBuffer farewell;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final int cycle;
    private final int requestBytes;
    private final int replyBytes;
    /** Two cycles of frames, so that the frames in flight are contiguous from any start. */
    private final ByteBuffer requests;
    private final ByteBuffer replies;

    /** Encodes messages of this size, for one path of a server. */
    Wire(Kind kind, String path, int payloadBytes) {
        if (payloadBytes < 1 || payloadBytes > LARGEST_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("a message has 1 to " + LARGEST_PAYLOAD_BYTES
                    + " bytes here, not " + payloadBytes);
        }
        int header = headerBytes(payloadBytes);
        this.raw = kind.isRaw();
        this.handshake = direct(request(path));
        this.farewell = direct(raw ? CLOSE : CLOSED);
        this.cycle = Math.clamp(CYCLE_BYTES / payloadBytes, SHORTEST_CYCLE, LONGEST_CYCLE);
        this.requestBytes = header + Integer.BYTES + payloadBytes;
        this.replyBytes = raw ? requestBytes : header + payloadBytes;
        this.requests = ByteBuffer.allocateDirect(2 * cycle * requestBytes);
        this.replies = ByteBuffer.allocateDirect(2 * cycle * replyBytes);
        fill(payloadBytes);
    }

    private static byte[] request(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
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
                if (raw) {
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
     * Returns the opening handshake. The answer ends with an empty line; a bare echo answers with the same
     * bytes.
     */
    ByteBuffer handshake() {
        return handshake.rewind();
    }

    /** Returns the client's last bytes before its FIN. */
    ByteBuffer goodbye() {
        return goodbye.rewind();
    }

    /** Returns the server's last bytes before its FIN, which comes first (RFC 6455 section 7.1.1). */
    ByteBuffer farewell() {
        return farewell.rewind();
    }

    /** Returns an empty buffer for opening and closing; the next call returns it again. */
    ByteBuffer scratch() {
        return scratch.clear();
    }

    /** Returns true for bare bytes, false for WebSocket. */
    boolean isRaw() {
        return raw;
    }

    /** Returns the number of messages in a cycle. */
    int cycle() {
        return cycle;
    }

    int requestBytes() {
        return requestBytes;
    }

    int replyBytes() {
        return replyBytes;
    }

    /** Returns two cycles of messages, as a new view. */
    ByteBuffer requests() {
        return requests.duplicate().clear();
    }

    /** Returns two cycles of the expected bytes, as a new view. */
    ByteBuffer replies() {
        return replies.duplicate().clear();
    }
}
