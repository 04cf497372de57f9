package io.duplex;

import java.util.Map;

/**
 * Counters of a server or client at one moment.
 *
 * @param open             connections that are open now
 * @param opened           connections that were opened so far
 * @param closedByCode     connections that ended, by the code that {@link CloseInfo#code()} gives
 * @param refusedByStatus  requests that were answered with an error, by HTTP status
 * @param messagesReceived whole messages that were received; the messages of one read or one write are
 *                         counted together
 * @param bytesReceived    their payloads, after decompression
 * @param messagesSent     messages that were accepted for sending
 * @param bytesSent        their payloads, before compression
 * @param queueOverflows   messages that were sent while the send queue was full
 * @param failures         connections that ended with a failure
 * @param memory           the state of the memory budget
 */
public record Statistics(long open, long opened, Map<Integer, Long> closedByCode,
        Map<Integer, Long> refusedByStatus,
        long messagesReceived, long bytesReceived, long messagesSent, long bytesSent, long queueOverflows,
        long failures, Memory memory) {
    /**
     * The memory budget at one moment: the memory of messages that are being assembled or inflated, that wait
     * for the application, or that are in send queues.
     *
     * @param usedBytes  reserved now, in steps of 16 KiB; smaller amounts are not counted
     * @param limitBytes the maximum of reservations
     * @param refused    messages that found no room; each has failed its connection with 1013
     */
    public record Memory(long usedBytes, long limitBytes, long refused) {}

    /** Copies the maps. */
    public Statistics {
        closedByCode = Map.copyOf(closedByCode);
        refusedByStatus = Map.copyOf(refusedByStatus);
    }
}
