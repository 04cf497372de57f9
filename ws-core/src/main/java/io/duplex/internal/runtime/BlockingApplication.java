package io.duplex.internal.runtime;

import io.duplex.BlockingHandler;
import io.duplex.CloseInfo;
import io.duplex.ConnectionClosedException;
import io.duplex.Delivery;
import io.duplex.ReadyState;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.CloseCode;
import io.duplex.internal.blocking.Inbox;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/**
 * Runs a {@link BlockingHandler} on a virtual thread of its own, from open to its return, with the inbox of
 * its messages. The thread is not the transport's: an interrupt or a long computation affects no other
 * connection.
 */
final class BlockingApplication implements WebSocketHandler {
    private final BlockingHandler handler;
    private final Inbox inbox;
    private final String threadName;
    private final LogListener log;
    private final HandlerThreads threads;
    /** Null before open. */
    private volatile Thread thread;
    /** The connection has ended, and the handler was interrupted for it. */
    private volatile boolean interrupted;

    BlockingApplication(BlockingHandler handler, Inbox inbox, String threadName, LogListener log,
            HandlerThreads threads) {
        this.handler = handler;
        this.inbox = inbox;
        this.threadName = threadName;
        this.log = log;
        this.threads = threads;
    }

    @Override
    public Delivery delivery() {
        return inbox.delivery();
    }

    @Override
    public void onOpen(WebSocket ws) {
        thread = threads.start(threadName + "-app-" + ws.id(), () -> run(ws));
    }

    private void run(WebSocket ws) {
        try {
            handler.handle(ws);
            ws.close();
        } catch (Throwable thrown) {
            failed(ws, thrown);
        } finally {
            inbox.abandon();
        }
    }

    private void failed(WebSocket ws, Throwable thrown) {
        boolean wasInterrupted =
                thrown instanceof InterruptedException || thrown instanceof InterruptedIOException;
        boolean end = isEndOf(ws, thrown) || interrupted && wasInterrupted;
        ws.close(CloseCode.INTERNAL_ERROR, "internal error");
        if (end) {
            log.handlerEnded(ws, thrown);
        } else {
            log.applicationFailed(ws, thrown);
        }
    }

    /**
     * Returns whether the application only propagates the end of its connection, which the listener has got
     * already.
     */
    private static boolean isEndOf(WebSocket ws, Throwable thrown) {
        Throwable cause = thrown;
        while (cause != null && !(cause instanceof ConnectionClosedException)) {
            cause = cause.getCause();
        }
        return cause != null && ws.readyState() != ReadyState.OPEN;
    }

    @Override
    public void onTextPart(WebSocket ws, String part, boolean last) {
        inbox.onTextPart(ws, part, last);
    }

    @Override
    public void onBinaryPart(WebSocket ws, ByteBuffer part, boolean last) {
        inbox.onBinaryPart(ws, part, last);
    }

    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        // The inbox's memory counts until the application has returned and abandons it.
        inbox.ended(info);
        Thread started = thread;
        // A handler that has received the end may be cleaning up; one with unread messages will receive the
        // end later.
        if (started != null && !inbox.endWasTaken()) {
            interrupted = true;
            started.interrupt();
        }
    }
}
