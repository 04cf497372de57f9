package io.duplex.samples.servers;

import io.duplex.Broadcast;
import io.duplex.CloseInfo;
import io.duplex.PreparedMessage;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends every message to all connections of its endpoint, including the sender. One handler serves all
 * connections, on many threads.
 *
 * <p>A message is encoded once for all receivers. A slow peer delays no other connection: it is closed when
 * its send queue is full.
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
