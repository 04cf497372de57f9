package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.FailureOrigin;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;

/**
 * Calls the application on the current thread. No other class calls handlers. Whatever user code throws,
 * errors too, goes to one consumer and no further.
 */
final class DirectCallbacks implements Callbacks {
    /** A call into user code. */
    private interface Call {
        void run() throws Exception;
    }

    private static final AtomicReferenceFieldUpdater<DirectCallbacks, Demand> DEMAND =
            AtomicReferenceFieldUpdater.newUpdater(DirectCallbacks.class, Demand.class, "demand");

    private final WebSocket socket;
    private final WebSocketHandler handler;
    private final ConnectionListener listener;
    private final Consumer<Throwable> onUserError;
    /** Null until the application limits its demand, which it may do on any thread. */
    private volatile Demand demand;

    /** @param onUserError takes what user code throws */
    DirectCallbacks(WebSocket socket, WebSocketHandler handler, ConnectionListener listener,
            Consumer<Throwable> onUserError) {
        this.socket = socket;
        this.handler = handler;
        this.listener = listener;
        this.onUserError = onUserError;
    }

    @Override
    public void opened() {
        guarded(() -> listener.opened(socket));
        guarded(() -> handler.onOpen(socket));
    }

    @Override
    public void text(String text, long bytes) {
        takeDemand();
        try {
            listener.received(socket, true, bytes);
            handler.onText(socket, text);
        } catch (Throwable thrown) {
            onUserError.accept(thrown);
        }
    }

    // Without a lambda: this is the path of each binary message, which must not allocate.
    @Override
    public void binary(ByteBuffer payload, boolean owned) {
        takeDemand();
        try {
            listener.received(socket, false, payload.remaining());
            handler.onBinary(socket, payload);
        } catch (Throwable thrown) {
            onUserError.accept(thrown);
        }
    }

    @Override
    public void textPart(String part, boolean last, long messageBytes) {
        takeDemand();
        guarded(() -> {
            if (last) {
                listener.received(socket, true, messageBytes);
            }
            handler.onTextPart(socket, part, last);
        });
    }

    @Override
    public void binaryPart(ByteBuffer part, boolean last, long messageBytes) {
        takeDemand();
        guarded(() -> {
            if (last) {
                listener.received(socket, false, messageBytes);
            }
            handler.onBinaryPart(socket, part, last);
        });
    }

    @Override
    public void ping(ByteBuffer payload) {
        guarded(() -> handler.onPing(socket, payload));
    }

    @Override
    public void pong(ByteBuffer payload) {
        guarded(() -> handler.onPong(socket, payload));
    }

    @Override
    public void drained() {
        guarded(() -> handler.onDrained(socket));
    }

    @Override
    public void error(FailureOrigin origin, Throwable cause) {
        guarded(() -> listener.failed(socket, origin, cause));
        guarded(() -> handler.onError(socket, cause));
    }

    @Override
    public void closed(CloseInfo info, CompletableFuture<CloseInfo> future) {
        guarded(() -> listener.closed(socket, info));
        guarded(() -> handler.onClose(socket, info));
        future.complete(info);
    }

    private void takeDemand() {
        Demand limited = demand;
        if (limited != null) {
            limited.take();
        }
    }

    private void guarded(Call call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            onUserError.accept(thrown);
        }
    }

    @Override
    public boolean hasRoom() {
        Demand limited = demand;
        return limited == null || limited.isOpen();
    }

    @Override
    public Demand demand() {
        if (demand == null) {
            DEMAND.compareAndSet(this, null, new Demand());
        }
        return demand;
    }
}
