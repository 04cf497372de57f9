package io.duplex.internal.session;

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
import java.util.function.Supplier;

/**
 * How a connection begins to close, in each mode: which frames are queued, and when. What follows from it is
 * {@link Closing}'s business. Made for one use. Called from any thread, without the lock.
 */
final class CloseStart {
    private final Output output;
    private final Timers timers;
    private final Supplier<PingLedger> pings;
    private final LayerHost host;

    /** @param pings asked for under the lock */
    CloseStart(Output output, Timers timers, Supplier<PingLedger> pings, LayerHost host) {
        this.output = output;
        this.timers = timers;
        this.pings = pings;
        this.host = host;
    }

    /** The application closes; without effect if closing has begun. */
    void begin(CloseFrame frame, CloseMode mode) {
        output.change(() -> {
            output.settleFailedInput();
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
        output.closing()
                .fail(new IOException("reset by the application, in mode " + CloseMode.RESET),
                        Initiator.APPLICATION);
        output.closing().aborted();
    }

    private void queue(CloseFrame frame, CloseMode mode) {
        output.closing().begin(new Code(frame.code(), frame.reason()), mode);
        output.close(Optional.of(frame));
    }

    /**
     * A pong answers the newest ping and all before it, so no other ping's pong can be taken for this one's.
     */
    private void ping(CloseFrame frame, long nanoTime) {
        CompletableFuture<Duration> pong = new CompletableFuture<>();
        pong.thenRun(this::acknowledged);
        output.closing().beginBehindPing(frame);
        output.ping(pings.get().add(nanoTime, pong));
    }

    private void acknowledged() {
        output.change(() -> {
            Optional<CloseFrame> held = output.closing().acknowledged();
            if (held.isPresent()) {
                output.close(held);
            }
        });
    }

    /** The peer's Close frame has come. */
    void answer(Optional<CloseFrame> theirs) {
        Closing closing = output.closing();
        if (closing.received(Code.of(theirs))) {
            Optional<CloseFrame> ours = closing.answer(theirs);
            closing.answered(Code.of(ours));
            output.close(ours);
        }
    }
}
