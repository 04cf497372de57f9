package io.duplex.internal.session;

/**
 * Counts what all connections of a server or client carry. A connection reports in bunches, once
 * for what one read brought and once for what leaves together, because counters that all threads share are
 * expensive for each message. Thread-safe.
 */
public interface Traffic {
    /** For connections that are not counted. */
    Traffic UNCOUNTED = new Traffic() {
        @Override
        public void received(long messages, long bytes) {
            // Not counted.
        }

        @Override
        public void sent(long messages, long bytes) {
            // Not counted.
        }
    };

    /** Messages that came whole, and their payloads after decompression. */
    void received(long messages, long bytes);

    /** Messages that were taken for sending, and their payloads before compression. */
    void sent(long messages, long bytes);
}
