package io.duplex.runtime;

import io.duplex.BlockingHandler;
import io.duplex.CloseInfo;
import io.duplex.ConnectionClosedException;
import io.duplex.Delivery;
import io.duplex.ReadyState;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.CloseCode;
import io.duplex.session.Inbox;
import java.nio.ByteBuffer;

/**
 * Runs a {@link BlockingHandler} on a virtual thread of its own, from open to its return, beside the inbox that feeds it. The thread
 * is not the transport's: an interrupt or a long computation concerns nobody else.
 */
final class BlockingApplication implements WebSocketHandler {
    private static final System.Logger LOG = System.getLogger("io.duplex");

    private final BlockingHandler handler;
    private final Inbox inbox;
    private final String threadName;

    BlockingApplication(BlockingHandler handler, Inbox inbox, String threadName) {
        this.handler = handler;
        this.inbox = inbox;
        this.threadName = threadName;
    }

    @Override
    public Delivery delivery() {
        return inbox.delivery();
    }

    @Override
    public void onOpen(WebSocket ws) {
        Thread.ofVirtual().name(threadName + "-app-" + ws.id()).start(() -> run(ws));
    }

    private void run(WebSocket ws) {
        try {
            handler.handle(ws);
            ws.close();
        } catch (Throwable thrown) {
            if (isEndOf(ws, thrown)) {
                LOG.log(System.Logger.Level.DEBUG,
                        () -> "! " + ws + " the application met its end: " + thrown);
            } else {
                LOG.log(System.Logger.Level.WARNING, "! " + ws + " the application failed", thrown);
            }
            ws.close(CloseCode.INTERNAL_ERROR, "internal error");
        } finally {
            inbox.abandon();
        }
    }

    /**
     * Whether the application only passes on that its connection is over: the listener has heard of that
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
        inbox.onClose(ws, info);
    }
}
