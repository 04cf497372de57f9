package io.duplex.extension;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Says who must release a codec when one thread works with it while another closes it. Giving native state
 * back to a pool while a call still runs on it would hand it to two connections at once; so the closer
 * releases only what is idle, and else leaves that to the worker. Neither waits.
 */
final class Occupancy {
    private enum State {
        IDLE, BUSY, CLOSING, CLOSED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    /**
     * The worker begins a call.
     *
     * @throws ExtensionClosedException after a close
     * @throws IllegalStateException if another call is under way
     */
    void enter() {
        State seen = state.compareAndExchange(State.IDLE, State.BUSY);
        switch (seen) {
            case IDLE -> {
                // This call's turn.
            }
            case BUSY -> throw new IllegalStateException("two calls at the same time");
            case CLOSING, CLOSED -> throw new ExtensionClosedException();
        }
    }

    /** The worker ends its call; true if the worker must release now, because a close came in between. */
    boolean leave() {
        return state.getAndUpdate(now -> now == State.BUSY ? State.IDLE : State.CLOSED) == State.CLOSING;
    }

    /** True if the caller must release now; false if it was closed before, or the worker will release. */
    boolean close() {
        return state.getAndUpdate(now -> switch (now) {
            case IDLE, CLOSED -> State.CLOSED;
            case BUSY, CLOSING -> State.CLOSING;
        }) == State.IDLE;
    }
}
