package io.duplex.runtime;

import io.duplex.BlockingHandler;
import io.duplex.CloseInfo;
import io.duplex.Delivery;
import io.duplex.ReadyState;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.frame.CloseCode;
import io.duplex.session.ConnectionEnd;
import io.duplex.session.Inbox;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/**
 * Runs a {@link BlockingHandler} on a virtual thread of its own, from open to its return, beside the inbox that feeds it. The thread
 * is not the transport's: an interrupt or a long computation concerns nobody else.
 */
final class BlockingApplication implements WebSocketHandler {
    private final BlockingHandler handler;
    private final Inbox inbox;
    private final String threadName;
    private final ApplicationLog log;

    BlockingApplication(BlockingHandler handler, Inbox inbox, String threadName, ApplicationLog log) {
        this.handler = handler;
        this.inbox = inbox;
        this.threadName = threadName;
        this.log = log;
    }

    @Override
    public Delivery delivery() {
        return inbox.delivery();
    }

    @Override
    public void onOpen(WebSocket ws) {
        inbox.onOpen(ws);
        Thread.ofVirtual().name(threadName + "-app-" + ws.id()).start(() -> run(ws));
    }

    private void run(WebSocket ws) {
        try {
            handler.handle(ws);
            ws.close();
        } catch (Throwable thrown) {
            report(ws, thrown);
            ws.close(CloseCode.INTERNAL_ERROR, "internal error");
        } finally {
            inbox.abandon();
        }
    }

    private void report(WebSocket ws, Throwable thrown) {
        boolean interrupted =
                thrown instanceof InterruptedException || thrown instanceof InterruptedIOException;
        if (ConnectionEnd.isCauseOf(thrown) || interrupted && ws.readyState() != ReadyState.OPEN) {
            log.ended(ws, thrown);
        } else {
            log.failed(ws, thrown);
        }
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
