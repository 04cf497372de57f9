package io.duplex.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a Close frame says (RFC 6455 section 5.5.1): a code, and a reason for people and logs. A Close frame
 * without a payload says nothing and has no {@code CloseFrame}. Which code may answer which is not decided
 * here.
 *
 * @param code the status code, one that {@link CloseCode#isValidOnWire may be on the wire}
 * @param reason the reason, at most {@value #MAX_REASON_BYTES} bytes in UTF-8; may be empty
 */
public record CloseFrame(int code, String reason) {
    /** A control frame's payload without the two bytes of the code. */
    public static final int MAX_REASON_BYTES = FrameHeader.MAX_CONTROL_PAYLOAD_BYTES - Short.BYTES;

    /**
     * Checks the code and the reason.
     *
     * @throws IllegalArgumentException if the code must not be on the wire, or the reason is too long or has
     *             a lone surrogate
     */
    public CloseFrame {
        if (!CloseCode.isValidOnWire(code)) {
            throw new IllegalArgumentException("close code " + code
                    + " must not be sent: 1000 to 1003, 1007 to 1014 and 3000 to 4999 may");
        }
        int length = Utf8Text.encode(reason).length;
        if (length > MAX_REASON_BYTES) {
            throw new IllegalArgumentException(
                    "close reason of " + length + " bytes is longer than " + MAX_REASON_BYTES);
        }
    }

    /**
     * Reads a Close frame's whole, unmasked payload. The buffer does not change, its position neither.
     *
     * @param payload the payload, from the position to the limit, at most 125 bytes as the frame reader
     * ensures
     * @return the code and the reason, or nothing if the payload is empty
     * @throws WebSocketProtocolException with {@link ProtocolError#CLOSE_PAYLOAD_TRUNCATED},
     *             {@link ProtocolError#CLOSE_CODE_INVALID} or {@link ProtocolError#CLOSE_REASON_NOT_UTF8},
     *             checked in this order
     * @throws IllegalArgumentException if the payload is longer than a control frame can carry
     */
    public static Optional<CloseFrame> parse(ByteBuffer payload) throws WebSocketProtocolException {
        int start = payload.position();
        int length = payload.remaining();
        if (length == 0) {
            return Optional.empty();
        }
        if (length < Short.BYTES) {
            throw new WebSocketProtocolException(ProtocolError.CLOSE_PAYLOAD_TRUNCATED);
        }
        int code = (payload.get(start) & 0xFF) << Byte.SIZE | payload.get(start + 1) & 0xFF;
        if (!CloseCode.isValidOnWire(code)) {
            throw new WebSocketProtocolException(ProtocolError.CLOSE_CODE_INVALID);
        }
        return Optional.of(new CloseFrame(code, reason(payload, start + Short.BYTES)));
    }

    private static String reason(ByteBuffer payload, int from) throws WebSocketProtocolException {
        Utf8Validator validator = new Utf8Validator();
        if (!validator.accept(payload, from, payload.limit()) || !validator.atBoundary()) {
            throw new WebSocketProtocolException(ProtocolError.CLOSE_REASON_NOT_UTF8);
        }
        byte[] bytes = new byte[payload.limit() - from];
        payload.get(from, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * The payload of the Close frame.
     *
     * @return 2 to 125 bytes, unmasked, in an array of its own
     */
    public byte[] payload() {
        byte[] text = Utf8Text.encode(reason);
        return ByteBuffer.allocate(Short.BYTES + text.length).putShort((short) code).put(text).array();
    }
}
