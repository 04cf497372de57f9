package io.duplex.samples.interop;

/** An event of a foreign client's or server's connection, in one form for all libraries. */
sealed interface Event {
    /** A whole text message. */
    record Text(String text) implements Event {}

    /** A whole binary message. */
    record Binary(byte[] bytes) implements Event {
        @Override
        public String toString() {
            return "Binary[" + bytes.length + " bytes]";
        }
    }

    /** A pong's payload. */
    record Pong(String payload) implements Event {}

    /** The connection was closed by a Close frame with this code and reason. */
    record Closed(int code, String reason) implements Event {}

    /** The connection failed. */
    record Failed(Throwable cause) implements Event {}
}
