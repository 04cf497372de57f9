package io.duplex.extension;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Decides which thread releases a codec when one thread works with it while another closes it. Returning
 * native state to a pool while a call still uses it would give it to two connections at once; so the closing
 * thread releases an idle codec only, and otherwise leaves that to the worker. Neither waits.
 */
final class Occupancy {
    private enum State {
        IDLE, BUSY, CLOSING, CLOSED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    /**
     * Starts a call of the worker.
     *
     * @throws ExtensionClosedException after a close
     * @throws IllegalStateException if another call is running
     */
    void enter() {
        State seen = state.compareAndExchange(State.IDLE, State.BUSY);
        switch (seen) {
            case IDLE -> {
                // The caller may work.
            }
            case BUSY -> throw new IllegalStateException("two calls at the same time");
            case CLOSING, CLOSED -> throw new ExtensionClosedException();
        }
    }

    /** Ends a call of the worker; true if the worker must release, because a close came in between. */
    boolean leave() {
        return state.getAndUpdate(now -> now == State.BUSY ? State.IDLE : State.CLOSED) == State.CLOSING;
    }

    /**
     * Closes; true if the caller must release, false if this was closed before, or the worker will release.
     */
    boolean close() {
        return state.getAndUpdate(now -> switch (now) {
            case IDLE, CLOSED -> State.CLOSED;
            case BUSY, CLOSING -> State.CLOSING;
        }) == State.IDLE;
    }
}
