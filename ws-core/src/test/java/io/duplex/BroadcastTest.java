package io.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** Each recipient is tried once, and every answer is counted. */
class BroadcastTest {
    private final PreparedMessage message = PreparedMessage.text("all");

    private WebSocket answering(SendStatus status) {
        WebSocket ws = mock();
        when(ws.trySend(message)).thenReturn(status);
        return ws;
    }

    @Test
    void nobodyIsNobody() {
        assertEquals(new Broadcast(0, 0, 0), Broadcast.send(message, List.of()));
    }

    @Test
    void answersAreCounted() {
        assertEquals(new Broadcast(2, 3, 1),
                Broadcast.send(message, List.of(answering(SendStatus.ACCEPTED), answering(SendStatus.DROPPED),
                        answering(SendStatus.CLOSED), answering(SendStatus.DROPPED),
                        answering(SendStatus.ABOVE_HIGH_WATER), answering(SendStatus.DROPPED))));
    }

    @Test
    void recipientsAreTriedInTheirOrder() {
        WebSocket first = answering(SendStatus.CLOSED);
        WebSocket second = answering(SendStatus.ACCEPTED);
        Broadcast.send(message, List.of(first, second));
        InOrder order = inOrder(first, second);
        order.verify(first).trySend(message);
        order.verify(second).trySend(message);
        order.verifyNoMoreInteractions();
    }
}
