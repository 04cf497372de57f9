package io.duplex.internal.session;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.PreparedMessage;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Frames;
import io.duplex.transport.LayerHost;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.WorkBudget;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** What a session tells the counters of all connections, and the listener, of its messages. */
class TrafficTest {
    private final Traffic traffic = mock(Traffic.class);
    private final ConnectionListener listener = mock(ConnectionListener.class);
    private final Session session = new Session(
            Pair.context(Role.SERVER, ConnectionOptions.SERVER, List.of(), listener, traffic),
            host(), new WebSocketHandler() {
                @Override
                public void onText(WebSocket ws, String message) {
                    ws.send(message);
                }
            }, null);
    private final WebSocket ws = session.socket();

    TrafficTest() {
        session.connected(1);
    }

    private static LayerHost host() {
        LayerHost host = mock(LayerHost.class);
        when(host.budget()).thenReturn(new WorkBudget());
        return host;
    }

    private void receive(Frames... frames) {
        session.receive(ByteBuffer.wrap(Solo.wire(Role.SERVER, frames)), 1);
    }

    private void produce() {
        session.produce(ByteBuffer.allocate(1 << 20), 1);
    }

    @Test
    void theMessagesOfOneReadAreToldTogether() {
        receive(Frames.text("abc"), Frames.text("de"));
        verify(traffic).received(2, 5);
        verifyNoMoreInteractions(traffic);
    }

    @Test
    void aMessageCountsWhereItEnds() {
        receive(Frames.text("abc").notFinal());
        verifyNoMoreInteractions(traffic);
        receive(Frames.continuation((byte) 'd', (byte) 'e'));
        verify(traffic).received(1, 5);
    }

    @Test
    void theMessagesOfOneWriteAreToldTogetherBeforeTheyLeave() {
        receive(Frames.text("abc"), Frames.text("de"));
        produce();
        produce();
        InOrder order = inOrder(traffic);
        order.verify(traffic).received(2, 5);
        order.verify(traffic).sent(2, 5);
        verifyNoMoreInteractions(traffic);
    }

    @Test
    void messagesThatNeverLeaveCountToo() {
        ws.send("abc");
        session.released(TcpEnd.RESET, 1);
        verify(traffic).sent(1, 3);
    }

    @Test
    void aMessageInPartsIsOneOfAllItsBytes() {
        ws.sendPart("abc", false);
        ws.sendPart("de", true);
        produce();
        verify(traffic).sent(1, 5);
        verify(listener).sent(ws, true, 5);
    }

    @Test
    void aPreparedMessageCountsItsPayload() {
        for (int length : new int[] { 0, 125, 126, 65535, 65536 }) {
            ws.send(PreparedMessage.binary(new byte[length]));
            verify(listener).sent(ws, false, length);
        }
    }

    @Test
    void whatIsNotTakenDoesNotCount() {
        session.released(TcpEnd.RESET, 1);
        ws.send("abc");
        verify(listener).closed(any(), any());
        verify(listener, never()).sent(any(), anyBoolean(), anyLong());
    }
}
