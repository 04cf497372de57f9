package io.duplex.frame;

/**
 * Every way in which a peer can break the protocol once the connection is open, with the close code that
 * answers it: the one table from failure to close code. The names are stable; logs and statistics may rely on
 * them.
 */
public enum ProtocolError {
    /** RFC 6455 section 5.1: a client masks every frame. */
    UNMASKED_FRAME(CloseCode.PROTOCOL_ERROR, "a client must mask its frames"),
    /** RFC 6455 section 5.1: a server masks no frame. */
    MASKED_FRAME(CloseCode.PROTOCOL_ERROR, "a server must not mask its frames"),
    /** RFC 6455 section 5.2: a reserved bit that no negotiated extension uses, or uses on this frame. */
    RESERVED_BIT(CloseCode.PROTOCOL_ERROR, "reserved bit set without an extension that defines it"),
    /** RFC 6455 section 5.2: opcodes 3 to 7 and 11 to 15. */
    RESERVED_OPCODE(CloseCode.PROTOCOL_ERROR, "reserved opcode"),
    /** RFC 6455 section 5.2: the minimal number of bytes must encode the length. */
    LENGTH_NOT_SHORTEST(CloseCode.PROTOCOL_ERROR, "payload length not in its shortest form"),
    /** RFC 6455 section 5.2: the most significant bit of a 64-bit length must be 0. */
    LENGTH_TOP_BIT_SET(CloseCode.PROTOCOL_ERROR, "top bit of a 64-bit payload length set"),
    /** RFC 6455 section 5.5: control frames carry at most 125 bytes. */
    CONTROL_TOO_LONG(CloseCode.PROTOCOL_ERROR, "control frame longer than 125 bytes"),
    /** RFC 6455 section 5.5: control frames must not be fragmented. */
    CONTROL_FRAGMENTED(CloseCode.PROTOCOL_ERROR, "fragmented control frame"),
    /** RFC 6455 section 5.4: a continuation needs an unfinished message. */
    CONTINUATION_UNEXPECTED(CloseCode.PROTOCOL_ERROR, "continuation frame without a message to continue"),
    /** RFC 6455 section 5.4: a message's fragments are not interleaved with another's. */
    CONTINUATION_EXPECTED(CloseCode.PROTOCOL_ERROR, "new message before the last one ended"),
    /** RFC 6455 section 5.5.1: a Close payload begins with two bytes of code. */
    CLOSE_PAYLOAD_TRUNCATED(CloseCode.PROTOCOL_ERROR, "close payload of one byte"),
    /** RFC 6455 section 7.4: a code that must not be on the wire. */
    CLOSE_CODE_INVALID(CloseCode.PROTOCOL_ERROR, "invalid close code"),
    /** RFC 6455 section 8.1: the reason of a Close frame is UTF-8. */
    CLOSE_REASON_NOT_UTF8(CloseCode.INVALID_PAYLOAD, "close reason is not UTF-8"),
    /** RFC 6455 section 8.1: a text message is UTF-8. */
    TEXT_NOT_UTF8(CloseCode.INVALID_PAYLOAD, "text is not UTF-8"),
    /** RFC 7692 section 7.2.2: the payload is not a DEFLATE stream. */
    COMPRESSED_DATA_INVALID(CloseCode.INVALID_PAYLOAD, "compressed data is invalid"),
    /** A frame longer than the limit, refused by its header. */
    FRAME_TOO_BIG(CloseCode.MESSAGE_TOO_BIG, "frame too big"),
    /** A message longer than the limit, over all its fragments, after decompression. */
    MESSAGE_TOO_BIG(CloseCode.MESSAGE_TOO_BIG, "message too big"),
    /** A compressed message that is longer on the wire than the limit, however short after inflation. */
    COMPRESSED_TOO_BIG(CloseCode.MESSAGE_TOO_BIG, "compressed message too big"),
    /** A message of more fragments than the limit. */
    TOO_MANY_FRAGMENTS(CloseCode.POLICY_VIOLATION, "too many fragments");

    private final int closeCode;
    private final String reason;

    ProtocolError(int closeCode, String reason) {
        this.closeCode = closeCode;
        this.reason = reason;
    }

    /**
     * Returns the code of the Close frame that answers this error.
     *
     * @return 1002, 1007, 1008 or 1009
     */
    public int closeCode() {
        return closeCode;
    }

    /**
     * Returns the reason in that Close frame: the peer's fault, and nothing internal.
     *
     * @return ASCII text of less than 123 bytes
     */
    public String reason() {
        return reason;
    }
}
