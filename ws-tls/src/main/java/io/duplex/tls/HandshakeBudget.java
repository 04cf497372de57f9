package io.duplex.tls;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Limits the handshakes that are computed at the same time. The others wait in a queue, without a thread, so
 * a storm of connections leaves processors to the open ones. Thread-safe.
 */
final class HandshakeBudget {
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Place> waiting = new ArrayDeque<>();
    private int running;

    /** @param limit the maximum number of handshakes at the same time; positive */
    HandshakeBudget(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a budget of " + limit + " handshakes at once");
        }
        this.limit = limit;
    }

    /** A handshake's turn, or its place in the queue. */
    final class Place {
        private final Runnable turn;
        private boolean granted;
        private boolean atOnce;
        private boolean left;

        private Place(Runnable turn) {
            this.turn = turn;
        }

        /** Whether the turn was granted at once; otherwise the callback runs later. */
        boolean atOnce() {
            return atOnce;
        }

        /** Gives up the turn or the place. Idempotent. */
        void leave() {
            Place next = null;
            lock.lock();
            try {
                if (left) {
                    return;
                }
                left = true;
                if (granted) {
                    running--;
                    next = grantNext();
                } else {
                    waiting.remove(this);
                }
            } finally {
                lock.unlock();
            }
            if (next != null) {
                next.turn.run();
            }
        }
    }

    /**
     * Asks for a turn. {@link Place#atOnce} says whether it was granted at once.
     *
     * @param turn runs when the caller's turn comes later, on the thread that leaves its own
     */
    Place enter(Runnable turn) {
        Place place = new Place(turn);
        lock.lock();
        try {
            // No handshake waits while a turn is free.
            if (running < limit) {
                running++;
                place.granted = true;
                place.atOnce = true;
            } else {
                waiting.add(place);
            }
            return place;
        } finally {
            lock.unlock();
        }
    }

    private Place grantNext() {
        if (running == limit || waiting.isEmpty()) {
            return null;
        }
        running++;
        Place next = waiting.poll();
        next.granted = true;
        return next;
    }

    /** The length of the queue. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
