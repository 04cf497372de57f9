package io.duplex.internal.session;

import io.duplex.CloseInfo.Initiator;
import io.duplex.FailureOrigin;
import io.duplex.Timeouts;
import io.duplex.frame.CloseCode;
import io.duplex.internal.session.Deadlines.Kind;
import io.duplex.transport.DurationText;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * What becomes of a session whose deadline has passed. Made for one use. Receiving calls only, without the
 * lock.
 */
final class Expiry {
    private final Session session;
    private final Output output;
    private final Timers timers;
    private final Timeouts timeouts;

    Expiry(Session session, Output output, Timers timers, Timeouts timeouts) {
        this.session = session;
        this.output = output;
        this.timers = timers;
        this.timeouts = timeouts;
    }

    /** The deadline that is over, if any. */
    Optional<Kind> find(long nanoTime) {
        boolean reading = session.wantsRead();
        return output.lockedGet(() -> timers.expired(nanoTime, reading));
    }

    void act(Kind kind, long nanoTime) {
        switch (kind) {
            case CLOSE -> output.change(() -> {
                fail(kind, output.closing().awaited() + " within " + DurationText.of(timeouts.close()));
                output.closing().expired(output.hasSentAll());
            });
            case SEND -> output.change(() -> {
                fail(kind, "the peer took nothing for " + DurationText.of(timeouts.send().orElseThrow()));
                output.closing().stuck();
            });
            case ANSWER -> output.change(output::settleInput);
            case IDLE -> session.fail(CloseCode.GOING_AWAY, "idle", FailureOrigin.PEER,
                    new TimeoutException(
                            "nothing came for " + DurationText.of(timeouts.idle().orElseThrow())));
            case PONG -> session.fail(CloseCode.INTERNAL_ERROR, "no pong", FailureOrigin.PEER,
                    new TimeoutException(
                            "no pong came within " + DurationText.of(timeouts.pong().orElseThrow())));
            case SLICES -> throw new AssertionError(kind);
            case MESSAGE -> session.fail(CloseCode.POLICY_VIOLATION, "message too slow", FailureOrigin.PEER,
                    new TimeoutException(tooSlow()));
            case PING -> session.sendPing(nanoTime, new CompletableFuture<>());
        }
    }

    private String tooSlow() {
        return String.format(Locale.ROOT,
                "a message was not complete in time: of its payload %,d bytes have come, and it may take %s"
                        + " (Timeouts.message) and 1 s more for each %,d bytes that come",
                timers.messageWireBytes(), DurationText.of(timeouts.message().orElseThrow()),
                MessageProgress.BYTES_PER_SECOND);
    }

    /** Under the lock. */
    private void fail(Kind kind, String why) {
        timers.clear(kind);
        output.settleInput();
        session.markFailed(FailureOrigin.PEER, new TimeoutException(why), Initiator.LIBRARY);
    }
}
