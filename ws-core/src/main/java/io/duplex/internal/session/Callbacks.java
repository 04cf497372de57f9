package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.FailureOrigin;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.transport.LayerHost;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * Calls the application: the only place where user code runs. What it throws, errors too, goes to one place
 * and no further; after {@code onClose} nothing is called any more. Receiving thread only, no lock held;
 * {@link OffloadedCallbacks} takes the calls elsewhere.
 */
class Callbacks {
    /** A call into user code. */
    private interface Call {
        void run() throws Exception;
    }

    /** Where what user code throws goes. */
    interface Failure {
        void userError(Throwable thrown);
    }

    /** Of {@link #demand}, which any thread may be the first to ask for. */
    private static final AtomicReferenceFieldUpdater<Callbacks, Demand> DEMAND =
            AtomicReferenceFieldUpdater.newUpdater(Callbacks.class, Demand.class, "demand");

    private final WebSocket socket;
    private final WebSocketHandler handler;
    private final ConnectionListener listener;
    private final Failure failure;
    private final PayloadSlices slices = new PayloadSlices();
    /** Null until the application has a say in it. */
    private volatile Demand demand;

    /** Callbacks on the receiving thread. */
    Callbacks(WebSocket socket, WebSocketHandler handler, ConnectionListener listener, Failure failure) {
        this(socket, handler, listener, null, failure);
    }

    Callbacks(WebSocket socket, WebSocketHandler handler, ConnectionListener listener,
            Demand demand, Failure failure) {
        this.socket = socket;
        this.handler = handler;
        this.listener = listener;
        this.demand = demand;
        this.failure = failure;
    }

    /** Callbacks that run off the receiving thread. */
    static Callbacks off(Offloader offloader, LayerHost host, Output output, WebSocket socket,
            WebSocketHandler handler, Facts facts, Failure failure) {
        Demand demand = new Demand();
        CallbackQueue queue = new CallbackQueue(offloader, host, demand, output, failure, facts.memory());
        return new OffloadedCallbacks(queue, socket, handler, facts.listener(), demand, failure);
    }

    /** Where the buffers come from that this application sees. Receiving thread only. */
    final PayloadSlices slices() {
        return slices;
    }

    void opened() {
        guarded(() -> listener.opened(socket));
        guarded(() -> handler.onOpen(socket));
    }

    void text(String text, long bytes) {
        takeDemand();
        try {
            listener.received(socket, true, bytes);
            handler.onText(socket, text);
        } catch (Throwable thrown) {
            failure.userError(thrown);
        }
    }

    // Without a lambda: this is the path of each binary message, which must not allocate.
    void binary(ByteBuffer payload) {
        takeDemand();
        try {
            listener.received(socket, false, payload.remaining());
            handler.onBinary(socket, payload);
        } catch (Throwable thrown) {
            failure.userError(thrown);
        }
    }

    /** As {@link #binary}, out of memory that belongs to the callback. */
    void binaryKept(ByteBuffer payload) {
        binary(payload);
    }

    void textPart(String part, boolean last, long messageBytes) {
        takeDemand();
        guarded(() -> {
            if (last) {
                listener.received(socket, true, messageBytes);
            }
            handler.onTextPart(socket, part, last);
        });
    }

    void binaryPart(ByteBuffer part, boolean last, long messageBytes) {
        takeDemand();
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

    void error(FailureOrigin origin, Throwable cause) {
        guarded(() -> listener.failed(socket, origin, cause));
        guarded(() -> handler.onError(socket, cause));
    }

    /** The last callback, and behind it the future that tells of it. */
    void closed(CloseInfo info, CompletableFuture<CloseInfo> future) {
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
            failure.userError(thrown);
        }
    }

    // ---- what differs where callbacks run elsewhere -------------------------------------------------------

    /** Runs a task behind the callbacks that were asked for before. */
    void behind(Runnable task) {
        task.run();
    }

    /**
     * Whether a message that was passed on is kept, and its memory accounted for, until its callback has
     * run.
     */
    boolean keepsMessages() {
        return false;
    }

    /** How many messages the application lets in. Any thread. */
    Demand demand() {
        if (demand == null) {
            DEMAND.compareAndSet(this, null, new Demand());
        }
        return demand;
    }

    /** Whether another message may come. Any thread. */
    boolean hasRoom() {
        Demand limited = demand;
        return limited == null || limited.isOpen();
    }

    /** The application wants more. Any thread. */
    void demanded() {
        // The receive thread checks hasRoom.
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
