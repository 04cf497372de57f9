package io.duplex.samples.interop;

import io.duplex.CloseInfo;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;

/** The handler of a Duplex client that records its callbacks. */
final class Recorder implements WebSocketHandler {
    private final Events<Event> messages = new Events<>();
    private final Events<CloseInfo> closed = new Events<>();

    Events<Event> messages() {
        return messages;
    }

    Events<CloseInfo> closed() {
        return closed;
    }

    @Override
    public void onText(WebSocket ws, String text) {
        messages.add(new Event.Text(text));
    }

    @Override
    public void onBinary(WebSocket ws, byte[] payload) {
        messages.add(new Event.Binary(payload));
    }

    @Override
    public void onClose(WebSocket ws, CloseInfo info) {
        closed.add(info);
    }
}
