package io.duplex;

/**
 * The result of sending one message to many connections.
 *
 * @param accepted connections that accepted the message
 * @param dropped  connections whose queue was full
 * @param closed   connections that were not open, or were closed because they are too slow
 */
public record Broadcast(int accepted, int dropped, int closed) {
    /**
     * Sends a message to many connections: encoded once, in the order of iteration, never waiting for a slow
     * peer. If a queue is full, a policy that would wait or throw drops the message instead.
     *
     * @param message    the message
     * @param recipients the connections
     * @return the fate of the message
     */
    public static Broadcast send(PreparedMessage message, Iterable<? extends WebSocket> recipients) {
        int accepted = 0;
        int dropped = 0;
        int closed = 0;
        for (WebSocket recipient : recipients) {
            switch (recipient.trySend(message)) {
                case ACCEPTED, ABOVE_HIGH_WATER -> accepted++;
                case DROPPED -> dropped++;
                case CLOSED -> closed++;
            }
        }
        return new Broadcast(accepted, dropped, closed);
    }
}
