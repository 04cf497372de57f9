package io.duplex.frame;

/** The opcodes of frames (RFC 6455 section 5.2); the reserved values have no constant. */
public enum Opcode {
    /** A further fragment of a message. */
    CONTINUATION(0x0),
    /** A text message, or its first fragment. */
    TEXT(0x1),
    /** A binary message, or its first fragment. */
    BINARY(0x2),
    /** A Close frame. */
    CLOSE(0x8),
    /** A ping. */
    PING(0x9),
    /** A pong. */
    PONG(0xA);

    private static final Opcode[] BY_VALUE = new Opcode[16];

    static {
        for (Opcode opcode : values()) {
            BY_VALUE[opcode.value] = opcode;
        }
    }

    private final int value;

    Opcode(int value) {
        this.value = value;
    }

    /**
     * Returns the four bits on the wire.
     *
     * @return 0 to 15
     */
    public int value() {
        return value;
    }

    /**
     * Tells whether this is a control frame: never fragmented, at most 125 bytes (RFC 6455 section 5.5).
     *
     * @return true for CLOSE, PING and PONG
     */
    public boolean isControl() {
        return value >= 0x8;
    }

    /** Extensions use reserved bits on a message's first frame only (RFC 7692 section 6). */
    boolean beginsMessage() {
        return this == TEXT || this == BINARY;
    }

    /**
     * Returns the opcode in the low four bits of a frame's first byte.
     *
     * @param firstByte a frame's first byte
     * @return the opcode
     * @throws WebSocketProtocolException with {@link ProtocolError#RESERVED_OPCODE} for a reserved value
     */
    public static Opcode of(int firstByte) throws WebSocketProtocolException {
        Opcode opcode = BY_VALUE[firstByte & 0x0F];
        if (opcode == null) {
            throw new WebSocketProtocolException(ProtocolError.RESERVED_OPCODE);
        }
        return opcode;
    }
}
