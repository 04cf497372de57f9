package io.duplex.noninterference;

import java.util.HexFormat;

/**
 * One thing that happens to a connection, from outside.
 *
 * @param kind   what happens
 * @param bytes  of {@link Kind#BYTES}; empty otherwise
 * @param number as the kind says
 */
record Step(Kind kind, byte[] bytes, long number) {
    /** What may happen. */
    enum Kind {
        /** A segment of the peer arrives. */
        BYTES,
        /** The peer's FIN. */
        FIN,
        /** The peer's RST. */
        RESET,
        /** The peer will read so many bytes more. */
        WINDOW,
        /** So many nanoseconds pass on this connection's clock. */
        TIME,
        /** The application acts outside of its callbacks; the number decides what it does. */
        APPLICATION,
        /** The executor of this connection's callbacks runs so many tasks. */
        EXECUTOR,
        /** The application changes the buffers that it has kept; the number decides how. */
        TAMPER
    }

    private static final int SHOWN_BYTES = 400;
    private static final byte[] NONE = {};

    static Step of(Kind kind, long number) {
        return new Step(kind, NONE, number);
    }

    static Step arriving(byte[] bytes) {
        return new Step(Kind.BYTES, bytes, 0);
    }

    @Override
    public String toString() {
        if (kind != Kind.BYTES) {
            return kind + " " + number;
        }
        String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN_BYTES));
        return kind + " " + bytes.length + ": " + hex + (bytes.length > SHOWN_BYTES ? "…" : "");
    }
}
