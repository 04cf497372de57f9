package io.duplex.testkit;

import io.duplex.CloseInfo;

/** An event of a {@link Recorder}: one record for each callback. */
public sealed interface Event {
    /** {@code onOpen}. */
    record Opened() implements Event {}

    /**
     * {@code onText}.
     *
     * @param text the message
     */
    record Text(String text) implements Event {}

    /**
     * {@code onBinary}.
     *
     * @param payload the message, copied
     */
    record Binary(Payload payload) implements Event {}

    /**
     * {@code onTextPart}.
     *
     * @param text the part
     * @param last whether the message ends here
     */
    record TextPart(String text, boolean last) implements Event {}

    /**
     * {@code onBinaryPart}.
     *
     * @param payload the part, copied
     * @param last    whether the message ends here
     */
    record BinaryPart(Payload payload, boolean last) implements Event {}

    /**
     * {@code onPing}.
     *
     * @param payload copied
     */
    record Ping(Payload payload) implements Event {}

    /**
     * {@code onPong}.
     *
     * @param payload copied
     */
    record Pong(Payload payload) implements Event {}

    /** {@code onDrained}. */
    record Drained() implements Event {}

    /**
     * {@code onError}.
     *
     * @param cause what went wrong
     */
    record Failed(Throwable cause) implements Event {}

    /**
     * {@code onClose}.
     *
     * @param info how the connection ended
     */
    record Closed(CloseInfo info) implements Event {}
}
