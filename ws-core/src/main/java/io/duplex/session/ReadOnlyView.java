package io.duplex.session;

import java.nio.ByteBuffer;

/**
 * A read-only window on a transport's buffer that is made anew only when the transport comes with another buffer, so that a frame
 * costs no allocation. What an application does to its position and limit is undone by the next use.
 */
final class ReadOnlyView {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private ByteBuffer source = EMPTY;
    private ByteBuffer view = EMPTY;

    ByteBuffer of(ByteBuffer src, int from, int to) {
        if (src != source) {
            source = src;
            view = src.asReadOnlyBuffer();
        }
        return view.limit(to).position(from);
    }

    ByteBuffer empty() {
        return EMPTY;
    }
}
