package io.duplex;

import io.duplex.frame.FrameHeader;
import io.duplex.frame.FrameWriter;
import io.duplex.frame.Opcode;
import io.duplex.frame.Utf8Text;
import java.nio.ByteBuffer;

/**
 * A message encoded once for many connections. Connections that mask it (clients) or transform it with an
 * extension encode it again; all others share the same bytes. Immutable and thread-safe.
 */
public final class PreparedMessage {
    private final Opcode opcode;
    private final ByteBuffer frame;
    private final int headerBytes;

    private PreparedMessage(Opcode opcode, byte[] payload) {
        this.opcode = opcode;
        this.headerBytes = FrameHeader.headerBytes(payload.length, false);
        ByteBuffer encoded = ByteBuffer.allocate(headerBytes + payload.length);
        FrameWriter.header(encoded, opcode, true, 0, payload.length);
        this.frame = encoded.put(payload).flip().asReadOnlyBuffer();
    }

    /**
     * Prepares a text message.
     *
     * @param text well-formed UTF-16
     * @return the message
     * @throws IllegalArgumentException if the text has an unpaired surrogate
     */
    public static PreparedMessage text(String text) {
        return new PreparedMessage(Opcode.TEXT, Utf8Text.encode(text));
    }

    /**
     * Prepares a binary message.
     *
     * @param payload is copied
     * @return the message
     */
    public static PreparedMessage binary(byte[] payload) {
        return new PreparedMessage(Opcode.BINARY, payload);
    }

    /**
     * Returns whether this is a text message.
     *
     * @return false for a binary one
     */
    public boolean isText() {
        return opcode == Opcode.TEXT;
    }

    /**
     * Returns the message as one frame without mask and extension, as servers send it.
     *
     * @return a new read-only view
     */
    public ByteBuffer frame() {
        return frame.duplicate();
    }

    /**
     * Returns the message's payload.
     *
     * @return a new read-only slice of it, without the frame's header
     */
    public ByteBuffer payload() {
        return frame.slice(headerBytes, frame.limit() - headerBytes);
    }
}
