package io.duplex.runtime;

import io.duplex.BlockingHandler;
import io.duplex.CloseInfo;
import io.duplex.Delivery;
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
            log.failed(ws, thrown);
            ws.close(CloseCode.INTERNAL_ERROR, "internal error");
        } finally {
            inbox.abandon();
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
        // Its memory counts until the application has returned, which abandons it.
        inbox.end();
    }
}
