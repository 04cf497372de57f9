package io.duplex.internal.runtime;

import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;

import io.duplex.CloseInfo;
import io.duplex.ConnectionListener;
import io.duplex.FailureOrigin;
import io.duplex.OverflowPolicy;
import io.duplex.Refusal;
import io.duplex.WebSocket;
import io.duplex.transport.TcpEnd;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** Every event goes to every listener, in their order. */
class ListenersTest {
    private final ConnectionListener first = mock();
    private final ConnectionListener second = mock();
    private final WebSocket ws = mock();

    private void toldBothInOrder(Consumer<ConnectionListener> event) {
        event.accept(new Listeners(first, second));
        InOrder order = inOrder(first, second);
        event.accept(order.verify(first));
        event.accept(order.verify(second));
        order.verifyNoMoreInteractions();
    }

    @Test
    void eachEventIsPassedOn() {
        CloseInfo info = new CloseInfo(Optional.empty(), Optional.empty(), CloseInfo.Initiator.PEER,
                Optional.empty(), TcpEnd.RESET);
        Throwable cause = new RuntimeException();
        Refusal refusal = Refusal.of(404, new InetSocketAddress(1), Optional.empty(), "nothing here");
        toldBothInOrder(listener -> listener.opened(ws));
        toldBothInOrder(listener -> listener.received(ws, true, 1));
        toldBothInOrder(listener -> listener.sent(ws, false, 2));
        toldBothInOrder(listener -> listener.overflowed(ws, OverflowPolicy.FAIL));
        toldBothInOrder(listener -> listener.failed(ws, cause));
        toldBothInOrder(listener -> listener.failed(ws, FailureOrigin.PEER, cause));
        toldBothInOrder(listener -> listener.closed(ws, info));
        toldBothInOrder(listener -> listener.refused(refusal));
    }
}
