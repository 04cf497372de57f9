package io.duplex.internal.session;

import static org.mockito.Mockito.mock;

import io.duplex.ConnectionListener;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.testkit.Event;
import io.duplex.testkit.Payload;
import io.duplex.testkit.Recorder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What the sinks of messages need around them. */
final class Sinks {
    private final WebSocketHandler handler;
    private final Demand demand = new Demand();
    private final List<Throwable> failures = new ArrayList<>();
    private final Callbacks callbacks;

    Sinks(WebSocketHandler handler) {
        this.handler = handler;
        callbacks = new Callbacks(mock(WebSocket.class), handler, new ConnectionListener() {}, demand,
                failures::add);
    }

    void open() {
        callbacks.opened();
        ((Recorder) handler).expect(new Event.Opened());
    }

    Callbacks callbacks() {
        return callbacks;
    }

    Demand demand() {
        return demand;
    }

    List<Throwable> failures() {
        return failures;
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(Payload.of(text).bytes());
    }
}
