package io.duplex;

import java.util.Map;

/**
 * Counters of a server or client at one moment.
 *
 * @param open             connections that are open now
 * @param opened           connections that were opened so far
 * @param closedByCode     connections that ended, by the code that {@link CloseInfo#code()} gives
 * @param refusedByStatus  requests that were answered with an error, by HTTP status
 * @param messagesReceived messages that came whole; messages are counted in bunches, those of one read or one write together
 * @param bytesReceived    their payloads, after decompression
 * @param messagesSent     messages that were taken for sending
 * @param bytesSent        their payloads, before compression
 * @param queueOverflows   messages that met a full outbound queue
 * @param failures         connections that ended because something went wrong
 */
public record ServerStats(long open, long opened, Map<Integer, Long> closedByCode,
        Map<Integer, Long> refusedByStatus,
        long messagesReceived, long bytesReceived, long messagesSent, long bytesSent, long queueOverflows,
        long failures) {
    /** Copies the maps. */
    public ServerStats {
        closedByCode = Map.copyOf(closedByCode);
        refusedByStatus = Map.copyOf(refusedByStatus);
    }
}
