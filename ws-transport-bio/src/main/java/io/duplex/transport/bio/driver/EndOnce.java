package io.duplex.transport.bio.driver;

import io.duplex.transport.Ending;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * How a connection ends, set by the first thread that sees it is over; that thread closes the socket, nobody
 * else may, and then says so. Any thread.
 */
final class EndOnce {
    private record End(Ending how, boolean closed) {}

    /** Made before: a connection must end even where there is no memory left. */
    private static final Map<Ending, End> BEGUN = all(false);
    private static final Map<Ending, End> CLOSED = all(true);

    /** Of {@link #end}, without an object for each connection. */
    private static final AtomicReferenceFieldUpdater<EndOnce, End> END =
            AtomicReferenceFieldUpdater.newUpdater(EndOnce.class, End.class, "end");

    private volatile End end;

    private static Map<Ending, End> all(boolean closed) {
        Map<Ending, End> ends = new EnumMap<>(Ending.class);
        for (Ending how : Ending.values()) {
            ends.put(how, new End(how, closed));
        }
        return ends;
    }

    /** The connection is over; returns whether this is news, and the socket the caller's to close. */
    boolean begin(Ending how) {
        return END.compareAndSet(this, null, BEGUN.get(how));
    }

    /** The socket is closed, which may have told how. */
    void closed(Ending how) {
        end = CLOSED.get(how);
    }

    /** Whether the connection is over. */
    boolean hasBegun() {
        return end != null;
    }

    /** Whether the socket is closed. */
    boolean isClosed() {
        End known = end;
        return known != null && known.closed();
    }

    /** How it ended; to be asked once it {@linkplain #isClosed is closed}. */
    Ending how() {
        return end.how();
    }
}
