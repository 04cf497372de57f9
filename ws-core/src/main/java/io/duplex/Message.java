package io.duplex;

/** A whole message that the application may keep (RFC 6455 section 5.6). */
public sealed interface Message {
    /**
     * A text message.
     *
     * @param text its text, well-formed UTF-16
     */
    record Text(String text) implements Message {}

    /**
     * A binary message.
     *
     * @param bytes its payload, owned by the receiver of this record
     */
    record Binary(byte[] bytes) implements Message {
        @Override
        public boolean equals(Object other) {
            return other instanceof Binary that && java.util.Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Binary[" + bytes.length + " bytes]";
        }
    }
}
