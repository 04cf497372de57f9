package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.FailureOrigin;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Takes the calls off the receiving thread: each becomes an entry of a {@link CallbackQueue}. What is lent
 * for a call is copied, since the call comes later. Called as {@link Callbacks} is; knows nothing of
 * executors.
 */
final class OffloadedCallbacks extends Callbacks {
    private final CallbackQueue queue;
    private final CompletableFuture<CloseInfo> end = new CompletableFuture<>();

    OffloadedCallbacks(CallbackQueue queue, WebSocket socket, WebSocketHandler handler,
            ConnectionListener listener, Demand demand, Failure failure) {
        super(socket, handler, listener, demand, thrown -> {
            queue.dropMessages();
            failure.userError(thrown);
        });
        this.queue = queue;
    }

    @Override
    void opened() {
        queue.add(super::opened);
    }

    @Override
    void text(String text, long bytes) {
        queue.addMessage(bytes, () -> super.text(text, bytes));
    }

    @Override
    void binary(ByteBuffer payload) {
        binaryKept(copyOf(payload));
    }

    @Override
    void binaryKept(ByteBuffer payload) {
        queue.addMessage(payload.capacity(), () -> super.binary(payload));
    }

    @Override
    void textPart(String part, boolean last, long messageBytes) {
        queue.addMessage(part.length(), () -> super.textPart(part, last, messageBytes));
    }

    @Override
    void binaryPart(ByteBuffer part, boolean last, long messageBytes) {
        ByteBuffer copy = copyOf(part);
        queue.addMessage(copy.remaining(), () -> super.binaryPart(copy, last, messageBytes));
    }

    @Override
    void ping(ByteBuffer payload) {
        ByteBuffer copy = copyOf(payload);
        queue.addControl(copy.remaining(), () -> super.ping(copy));
    }

    @Override
    void pong(ByteBuffer payload) {
        ByteBuffer copy = copyOf(payload);
        queue.addControl(copy.remaining(), () -> super.pong(copy));
    }

    /** Read-only, as what is lent is. */
    private static ByteBuffer copyOf(ByteBuffer lent) {
        return ByteBuffer.allocate(lent.remaining()).put(lent.duplicate()).flip().asReadOnlyBuffer();
    }

    @Override
    void drained() {
        queue.add(super::drained);
    }

    @Override
    void error(FailureOrigin origin, Throwable cause) {
        queue.dropUndemanded();
        queue.add(() -> super.error(origin, cause));
    }

    @Override
    void closed(CloseInfo info, CompletableFuture<CloseInfo> future) {
        end.complete(info);
        queue.addLast(() -> super.closed(info, future));
    }

    @Override
    void behind(Runnable task) {
        queue.add(task);
    }

    @Override
    boolean keepsMessages() {
        return true;
    }

    @Override
    boolean hasRoom() {
        return super.hasRoom() && queue.hasRoom();
    }

    @Override
    void demanded() {
        queue.start();
    }

    @Override
    void dropMessages() {
        queue.dropMessages();
        queue.start();
    }

    @Override
    boolean isCurrent() {
        return queue.isCurrent();
    }

    @Override
    CompletableFuture<CloseInfo> end(CompletableFuture<CloseInfo> closed) {
        return end;
    }
}
