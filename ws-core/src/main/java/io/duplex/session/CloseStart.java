package io.duplex.session;

import io.duplex.CloseInfo.Code;
import io.duplex.CloseInfo.Initiator;
import io.duplex.CloseMode;
import io.duplex.CloseMode.Untimed;
import io.duplex.frame.CloseFrame;
import io.duplex.transport.LayerHost;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How a connection begins to close, in each mode: which frames are queued, and when. What follows from it is {@link Closing}'s
 * business. Called from any thread, without the lock.
 */
final class CloseStart {
    private final Closing closing;
    private final Output output;
    private final Timers timers;
    private final PingLedger pings;
    private final LayerHost host;

    CloseStart(Closing closing, Output output, Timers timers, PingLedger pings, LayerHost host) {
        this.closing = closing;
        this.output = output;
        this.timers = timers;
        this.pings = pings;
        this.host = host;
    }

    /** The application closes; without effect if closing has begun. */
    void begin(CloseFrame frame, CloseMode mode) {
        output.change(() -> {
            if (output.takesMessages()) {
                long now = host.nanoTime();
                switch (mode) {
                    case Untimed.RESET -> reset();
                    case Untimed.ACKNOWLEDGED -> ping(frame, now);
                    case Untimed.BACKGROUND, Untimed.HALF_CLOSE -> queue(frame, mode);
                    case CloseMode.Linger linger -> queue(frame, linger);
                }
                timers.closing(now);
            }
        });
    }

    private void reset() {
        closing.fail(new IOException("reset by the application, in mode " + CloseMode.RESET),
                Initiator.APPLICATION);
        closing.aborted();
    }

    private void queue(CloseFrame frame, CloseMode mode) {
        closing.begin(new Code(frame.code(), frame.reason()), mode);
        output.close(Optional.of(frame));
    }

    /** A pong answers the newest ping and all before it, so no other ping's pong can be taken for this one's. */
    private void ping(CloseFrame frame, long nanoTime) {
        CompletableFuture<Duration> pong = new CompletableFuture<>();
        pong.thenRun(this::acknowledged);
        closing.beginBehindPing(frame);
        output.ping(pings.add(nanoTime, pong));
    }

    private void acknowledged() {
        output.change(() -> {
            Optional<CloseFrame> held = closing.acknowledged();
            if (held.isPresent()) {
                output.close(held);
            }
        });
    }

    /** The peer's Close frame has come. */
    void answer(Optional<CloseFrame> theirs) {
        if (closing.received(Code.of(theirs))) {
            Optional<CloseFrame> ours = closing.answer(theirs);
            closing.answered(Code.of(ours));
            output.close(ours);
        }
    }
}
