package io.duplex;

/** The form in which a handler gets its messages. */
public enum Delivery {
    /** Assembled: {@link WebSocketHandler#onText} and {@link WebSocketHandler#onBinary}. */
    WHOLE,
    /** As the bytes arrive: {@link WebSocketHandler#onTextPart} and {@link WebSocketHandler#onBinaryPart}. */
    PARTS
}
