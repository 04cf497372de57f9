package io.duplex.frame;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The code and the reason of a Close frame (RFC 6455 section 5.5.1). A Close frame without a payload has the
 * status {@link #NONE}. Which status may answer which is not decided here.
 *
 * @param code the status code, one that {@linkplain CloseCode#isValidOnWire may be on the wire}; or 1005,
 *             which never is, for a Close frame without a payload
 * @param reason the reason, for people and logs; at most {@value #MAX_REASON_BYTES} bytes in UTF-8, may be
 *             empty
 */
public record CloseStatus(int code, String reason) {
    /** A control frame's payload without the two bytes of the code. */
    public static final int MAX_REASON_BYTES = FrameHeader.MAX_CONTROL_PAYLOAD_BYTES - Short.BYTES;
    /** The status of a Close frame without a payload (section 7.1.5). */
    public static final CloseStatus NONE = new CloseStatus(CloseCode.NO_STATUS, "");

    /**
     * Checks the code and the reason.
     *
     * @throws IllegalArgumentException if the code must not be on the wire and this is not {@link #NONE}, or
     *             the reason is too long or has a lone surrogate
     */
    public CloseStatus {
        if (!CloseCode.isValidOnWire(code) && !(code == CloseCode.NO_STATUS && reason.isEmpty())) {
            throw notOnWire(code);
        }
        int length = Utf8Text.encode(reason).length;
        if (length > MAX_REASON_BYTES) {
            throw new IllegalArgumentException(
                    "close reason of " + length + " bytes is longer than " + MAX_REASON_BYTES);
        }
    }

    /**
     * A status for a Close frame with a payload.
     *
     * @param code a code that may be on the wire
     * @param reason the reason, possibly empty
     * @return the status
     * @throws IllegalArgumentException as the constructor, and for the code 1005
     */
    public static CloseStatus of(int code, String reason) {
        if (code == CloseCode.NO_STATUS) {
            throw notOnWire(code);
        }
        return new CloseStatus(code, reason);
    }

    private static IllegalArgumentException notOnWire(int code) {
        return new IllegalArgumentException("close code " + code
                + " must not be sent: 1000 to 1003, 1007 to 1014 and 3000 to 4999 may");
    }

    /**
     * Reads a Close frame's whole, unmasked payload. The buffer does not change, its position neither.
     *
     * @param payload the payload, from the position to the limit, at most 125 bytes as the frame reader
     * ensures
     * @return the code and the reason, {@link #NONE} if the payload is empty
     * @throws WebSocketProtocolException with {@link ProtocolError#CLOSE_PAYLOAD_TRUNCATED},
     *             {@link ProtocolError#CLOSE_CODE_INVALID} or {@link ProtocolError#CLOSE_REASON_NOT_UTF8},
     *             checked in this order
     * @throws IllegalArgumentException if the payload is longer than a control frame can carry
     */
    public static CloseStatus parse(ByteBuffer payload) throws WebSocketProtocolException {
        int start = payload.position();
        int length = payload.remaining();
        if (length == 0) {
            return NONE;
        }
        if (length < Short.BYTES) {
            throw new WebSocketProtocolException(ProtocolError.CLOSE_PAYLOAD_TRUNCATED);
        }
        int code = (payload.get(start) & 0xFF) << Byte.SIZE | payload.get(start + 1) & 0xFF;
        if (!CloseCode.isValidOnWire(code)) {
            throw new WebSocketProtocolException(ProtocolError.CLOSE_CODE_INVALID);
        }
        return new CloseStatus(code, reason(payload, start + Short.BYTES));
    }

    private static String reason(ByteBuffer payload, int from) throws WebSocketProtocolException {
        if (from == payload.limit()) {
            return "";
        }
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
     * @return 2 to 125 bytes, unmasked, in an array of its own; no bytes for {@link #NONE}
     */
    public byte[] payload() {
        if (code == CloseCode.NO_STATUS) {
            return new byte[0];
        }
        byte[] text = Utf8Text.encode(reason);
        return ByteBuffer.allocate(Short.BYTES + text.length).putShort((short) code).put(text).array();
    }

    /**
     * Returns whether the code reports no error.
     *
     * @return true for 1000, 1001 and 1005
     */
    public boolean normal() {
        return code == CloseCode.NORMAL || code == CloseCode.GOING_AWAY || code == CloseCode.NO_STATUS;
    }

    /** The code, and the reason in quotation marks if there is one. */
    @Override
    public String toString() {
        return reason.isEmpty() ? Integer.toString(code) : code + " \"" + reason + '"';
    }
}
