package io.duplex.tls;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many handshakes are computed at once: the rest waits in line, without a thread, so that a storm of
 * connections does not take the processors away from those that are open. Thread-safe.
 */
final class HandshakeBudget {
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Place> waiting = new ArrayDeque<>();
    private int running;

    /** @param limit how many at once; positive */
    HandshakeBudget(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a budget of " + limit + " handshakes at once");
        }
        this.limit = limit;
    }

    /** Somebody's turn, or place in the line. */
    final class Place {
        private final Runnable turn;
        private boolean granted;
        private boolean atOnce;
        private boolean left;

        private Place(Runnable turn) {
            this.turn = turn;
        }

        /** Whether the turn came with the place; otherwise it is told. */
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
     * Asks for a turn: {@link Place#atOnce} says whether the caller has it.
     *
     * @param turn run when it is the caller's turn later on, by whichever thread leaves its own
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

    /** How many wait. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
