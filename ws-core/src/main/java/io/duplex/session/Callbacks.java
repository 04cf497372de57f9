package io.duplex.session;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Calls the application: the only place where user code runs. What it throws, errors too, goes to one place and no further; after
 * {@code onClose} nothing is called any more. Receiving thread only, no lock held; {@link OffloadedCallbacks} takes the calls
 * elsewhere.
 */
class Callbacks {
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

    /** Callbacks that run off the receiving thread. */
    static Callbacks on(CallbackQueue queue, WebSocket socket, WebSocketHandler handler,
            ConnectionListener listener, Demand demand, Consumer<Throwable> failure) {
        return new OffloadedCallbacks(queue, socket, handler, listener, demand, failure);
    }

    void opened() {
        guarded(() -> listener.opened(socket));
        guarded(() -> handler.onOpen(socket));
    }

    void text(String text, long bytes) {
        demand.take();
        try {
            listener.received(socket, true, bytes);
            handler.onText(socket, text);
        } catch (Throwable thrown) {
            failure.accept(thrown);
        }
    }

    // Without a lambda: this is the path of each binary message, which must not allocate.
    void binary(ByteBuffer payload) {
        demand.take();
        try {
            listener.received(socket, false, payload.remaining());
            handler.onBinary(socket, payload);
        } catch (Throwable thrown) {
            failure.accept(thrown);
        }
    }

    /** As {@link #binary}, out of memory that nobody else will touch. */
    void binaryKept(ByteBuffer payload) {
        binary(payload);
    }

    void textPart(String part, boolean last, long messageBytes) {
        demand.take();
        guarded(() -> {
            if (last) {
                listener.received(socket, true, messageBytes);
            }
            handler.onTextPart(socket, part, last);
        });
    }

    void binaryPart(ByteBuffer part, boolean last, long messageBytes) {
        demand.take();
        guarded(() -> {
            if (last) {
                listener.received(socket, false, messageBytes);
            }
            handler.onBinaryPart(socket, part, last);
        });
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
        guarded(() -> listener.failed(socket, cause));
        guarded(() -> handler.onError(socket, cause));
    }

    /** The last callback, and behind it the future that tells of it. */
    void closed(CloseInfo info, CompletableFuture<CloseInfo> future) {
        guarded(() -> listener.closed(socket, info));
        guarded(() -> handler.onClose(socket, info));
        future.complete(info);
    }

    private void guarded(Call call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            failure.accept(thrown);
        }
    }

    // ---- what differs where callbacks run elsewhere ---------------------------------------------------------------------

    /** Runs a task behind the callbacks that were asked for before. */
    void behind(Runnable task) {
        task.run();
    }

    Demand demand() {
        return demand;
    }

    /** Whether another message may come. Any thread. */
    boolean hasRoom() {
        return demand.isOpen();
    }

    /** The application wants more. Any thread. */
    void demanded() {
        // Whoever reads asks hasRoom.
    }

    /** Messages that wait are not to be delivered any more. Any thread. */
    void dropMessages() {
        // None waits here.
    }

    /** Whether the current thread is inside one of these callbacks and off the transport's thread. */
    boolean isCurrent() {
        return false;
    }

    /** What completes when the connection has ended, for a caller that cannot wait for {@code onClose}. */
    CompletableFuture<CloseInfo> end(CompletableFuture<CloseInfo> closed) {
        return closed;
    }
}
