package io.duplex.samples.servers;

import io.duplex.Broadcast;
import io.duplex.CloseInfo;
import io.duplex.PreparedMessage;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends every message to all connections of its endpoint, the sender's included. One object serves all of
 * them, on many threads.
 *
 * <p>A message is encoded once, however many receive it. Nobody waits for a slow peer: when its queue is
 * full, it is closed.
 */
final class BroadcastHandler implements WebSocketHandler {
    private final Set<WebSocket> members = ConcurrentHashMap.newKeySet();

    @Override
    public void onOpen(WebSocket ws) {
        members.add(ws);
    }

    @Override
    public void onText(WebSocket ws, String text) {
        Broadcast.send(PreparedMessage.text(text), members);
    }

    @Override
    public void onBinary(WebSocket ws, byte[] payload) {
        Broadcast.send(PreparedMessage.binary(payload), members);
    }

    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        members.remove(ws);
    }
}
