package io.duplex;

/** How a handler wants its messages. */
public enum Delivery {
    /** Assembled: {@link WebSocketHandler#onText} and {@link WebSocketHandler#onBinary}. */
    WHOLE,
    /** As the bytes arrive: {@link WebSocketHandler#onTextPart} and {@link WebSocketHandler#onBinaryPart}. */
    PARTS
}
