package io.duplex.session;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Calls the application: the only place where user code runs. What it throws, errors too, goes to one place and no further; after
 * {@code onClose} nothing is called any more. Receiving thread only, no lock held.
 */
final class Callbacks {
    /** A call into user code. */
    private interface Call {
        void run() throws Exception;
    }

    private final WebSocket socket;
    private final WebSocketHandler handler;
    private final ConnectionListener listener;
    private final Demand demand;
    private final Consumer<Throwable> failure;

    Callbacks(WebSocket socket, WebSocketHandler handler, ConnectionListener listener,
            Demand demand, Consumer<Throwable> failure) {
        this.socket = socket;
        this.handler = handler;
        this.listener = listener;
        this.demand = demand;
        this.failure = failure;
    }

    void opened() {
        listener.opened(socket);
        guarded(() -> handler.onOpen(socket));
    }

    void text(String text, long bytes) {
        listener.received(socket, true, bytes);
        demand.take();
        try {
            handler.onText(socket, text);
        } catch (Throwable thrown) {
            failure.accept(thrown);
        }
    }

    // Without a lambda: this is the path of each binary message, which must not allocate.
    void binary(ByteBuffer payload) {
        listener.received(socket, false, payload.remaining());
        demand.take();
        try {
            handler.onBinary(socket, payload);
        } catch (Throwable thrown) {
            failure.accept(thrown);
        }
    }

    void textPart(String part, boolean last, long messageBytes) {
        if (last) {
            listener.received(socket, true, messageBytes);
        }
        demand.take();
        guarded(() -> handler.onTextPart(socket, part, last));
    }

    void binaryPart(ByteBuffer part, boolean last, long messageBytes) {
        if (last) {
            listener.received(socket, false, messageBytes);
        }
        demand.take();
        guarded(() -> handler.onBinaryPart(socket, part, last));
    }

    void ping(ByteBuffer payload) {
        guarded(() -> handler.onPing(socket, payload));
    }

    void pong(ByteBuffer payload) {
        guarded(() -> handler.onPong(socket, payload));
    }

    void drained() {
        guarded(() -> handler.onDrained(socket));
    }

    void error(Throwable cause) {
        listener.failed(socket, cause);
        guarded(() -> handler.onError(socket, cause));
    }

    void closed(CloseInfo info) {
        listener.closed(socket, info);
        guarded(() -> handler.onClose(socket, info));
    }

    private void guarded(Call call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            failure.accept(thrown);
        }
    }
}
