package io.duplex;

import java.util.Map;

/**
 * Counters of a server or client at one moment.
 *
 * @param open             connections that are open now
 * @param opened           connections that were opened so far
 * @param closedByCode     connections that ended, by the code that {@link CloseInfo#code()} gives
 * @param refusedByStatus  requests that were answered with an error, by HTTP status
 * @param messagesReceived messages that came whole; messages are counted in bunches, those of one read or one
 * write together
 * @param bytesReceived    their payloads, after decompression
 * @param messagesSent     messages that were taken for sending
 * @param bytesSent        their payloads, before compression
 * @param queueOverflows   messages that met a full outbound queue
 * @param failures         connections that ended because something went wrong
 * @param memory           what messages hold now, of the memory budget
 */
public record Statistics(long open, long opened, Map<Integer, Long> closedByCode,
        Map<Integer, Long> refusedByStatus,
        long messagesReceived, long bytesReceived, long messagesSent, long bytesSent, long queueOverflows,
        long failures, Memory memory) {
    /**
     * The memory budget at one moment: what messages hold that are being assembled or inflated, or wait for
     * the application or to leave.
     *
     * @param usedBytes  reserved now, in steps of 16 KiB; smaller amounts are not counted
     * @param limitBytes what may be reserved
     * @param refused    messages that found no room so far; each has failed its connection with 1013
     */
    public record Memory(long usedBytes, long limitBytes, long refused) {}

    /** Copies the maps. */
    public Statistics {
        closedByCode = Map.copyOf(closedByCode);
        refusedByStatus = Map.copyOf(refusedByStatus);
    }
}
