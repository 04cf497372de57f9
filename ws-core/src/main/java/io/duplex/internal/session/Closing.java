package io.duplex.internal.session;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Code;
import io.duplex.CloseInfo.Initiator;
import io.duplex.CloseMode;
import io.duplex.CloseMode.Untimed;
import io.duplex.CloseOutcome;
import io.duplex.frame.CloseFrame;
import io.duplex.transport.Ending;
import io.duplex.transport.OutputState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a connection is on its way to the end: the closing handshake (RFC 6455 section 7), failures, and
 * the order in which TCP is closed (section 7.1.1) as the close mode has it. A connection has none before
 * something ends. Facts and rules only; the session acts on them. Guarded by the session's lock.
 */
final class Closing {
    private final Role role;
    private final CloseMode preset;
    private CloseState state = CloseState.OPEN;
    /** In effect since closing began; a connection that fails before has the default's. */
    private CloseMode mode = CloseMode.HALF_CLOSE;
    /** Our Close frame while it waits for the barrier's pong. */
    private Optional<CloseFrame> held = Optional.empty();
    private Optional<Code> received = Optional.empty();
    private Optional<Code> sent = Optional.empty();
    private Optional<Initiator> initiator = Optional.empty();
    private Optional<Throwable> cause = Optional.empty();
    /** Where our Close frame ends in the stream of all frames. */
    private long closeFrameEnd = Long.MAX_VALUE;
    private boolean acknowledged;
    private boolean cutByDeadline;
    private boolean peerEnded;
    private boolean broken;
    private boolean aborted;

    /** @param preset the connection's mode, which holds when the peer begins, too, where it can */
    Closing(Role role, CloseMode preset) {
        this.role = role;
        this.preset = preset;
    }

    CloseState state() {
        return state;
    }

    Optional<Throwable> cause() {
        return cause;
    }

    boolean isAborted() {
        return aborted;
    }

    /** This end begins: a Close frame is queued. The session asks for it in the state OPEN only. */
    void begin(Code code, CloseMode how) {
        enter(CloseState.CLOSE_SENT, how);
        sent = Optional.of(code);
    }

    /**
     * This end begins: a ping is queued, and the Close frame is held until {@link #acknowledged}. In the
     * state OPEN only, too.
     */
    void beginBehindPing(CloseFrame frame) {
        enter(CloseState.AWAITING_PONG, CloseMode.ACKNOWLEDGED);
        held = Optional.of(frame);
    }

    private void enter(CloseState next, CloseMode how) {
        if (state != CloseState.OPEN) {
            throw new IllegalStateException("a Close frame was sent or the connection failed: " + state);
        }
        state = next;
        mode = how;
        initiator = Optional.of(Initiator.APPLICATION);
    }

    /**
     * The pong of the barrier. It is a fact even if the connection is over by now.
     *
     * @return the Close frame that is to be queued now, if it was waiting for this
     */
    Optional<CloseFrame> acknowledged() {
        acknowledged = true;
        if (state != CloseState.AWAITING_PONG) {
            return Optional.empty();
        }
        state = CloseState.CLOSE_SENT;
        sent = held.map(frame -> Code.of(held));
        return held;
    }

    /**
     * The peer's Close frame. Without effect once the closing handshake is over or the connection has failed,
     * perhaps on another thread while the frame was read.
     *
     * @return whether it is to be answered with one
     */
    boolean received(Code code) {
        if (isOver()) {
            return false;
        }
        if (state == CloseState.OPEN) {
            mode = modeOfAnswer();
        }
        boolean answer = state != CloseState.CLOSE_SENT;
        received = Optional.of(code);
        state = CloseState.CLOSED;
        initiator = initiator.or(() -> Optional.of(Initiator.PEER));
        return answer;
    }

    /**
     * A reset would destroy what the peer has not read, and a peer that has sent its Close frame need not
     * answer a ping.
     */
    private CloseMode modeOfAnswer() {
        return closesAtOnce(preset) ? preset : CloseMode.HALF_CLOSE;
    }

    /**
     * What answers the peer's Close frame: ours, if the application has asked for one already, or the same
     * (section 5.5.1).
     */
    Optional<CloseFrame> answer(Optional<CloseFrame> theirs) {
        return held.or(() -> theirs);
    }

    /** A Close frame is queued that answers the peer's or says why the connection failed. */
    void answered(Code code) {
        sent = Optional.of(code);
    }

    /**
     * The connection fails (section 7.1.7). Without effect once both Close frames were exchanged, or after
     * another failure.
     *
     * @return whether it was still to fail
     */
    boolean fail(Throwable why, Initiator who) {
        if (isOver()) {
            return false;
        }
        state = CloseState.FAILED;
        cause = Optional.of(why);
        initiator = initiator.or(() -> Optional.of(who));
        return true;
    }

    /** Whether our Close frame was queued. */
    boolean closeFrameQueued() {
        return sent.isPresent();
    }

    /** It was, and ends there in the stream of all frames. */
    void closeFrameQueued(long end) {
        closeFrameEnd = end;
    }

    /** Whether our Close frame is among the bytes that have left. */
    boolean closeFrameHasLeft(long drainedBytes) {
        return drainedBytes >= closeFrameEnd;
    }

    void peerEnded() {
        peerEnded = true;
    }

    /** No byte moves any more. */
    void broken() {
        broken = true;
    }

    void aborted() {
        aborted = true;
    }

    /**
     * The close deadline: a client that waited for the server's FIN in vain goes first; everybody else
     * resets.
     *
     * @param allSent whether the operating system has all output; a reset is what frees a transport from a
     * peer that takes none
     */
    void expired(boolean allSent) {
        cutByDeadline = true;
        if (state == CloseState.CLOSED && role == Role.CLIENT && allSent) {
            broken = true;
        } else {
            aborted = true;
        }
    }

    /** What has not happened, for the text of an expired deadline. */
    String awaited() {
        return state == CloseState.AWAITING_PONG
                ? "the peer did not acknowledge"
                : "the closing handshake was not over";
    }

    /** The send deadline. */
    void stuck() {
        cutByDeadline = true;
        aborted = true;
    }

    /**
     * What the transport shall do. The server closes TCP first; a client waits for the server's FIN; modes
     * that do not wait for the peer close behind their own Close frame.
     *
     * @param drained whether all output was produced
     */
    OutputState outputState(boolean drained) {
        if (aborted) {
            return OutputState.ABORT;
        }
        if (broken) {
            return OutputState.CLOSE;
        }
        if (!drained || !isOver() && state != CloseState.CLOSE_SENT) {
            return OutputState.OPEN;
        }
        if (closesAtOnce(mode) || isOver() && peerEnded) {
            return OutputState.CLOSE;
        }
        return isOver() && role == Role.SERVER ? OutputState.END : OutputState.OPEN;
    }

    /** How long the transport's close may wait. */
    Optional<Duration> lingerTime() {
        return mode instanceof CloseMode.Linger linger && !broken
                ? Optional.of(linger.time())
                : Optional.empty();
    }

    private static boolean closesAtOnce(CloseMode mode) {
        return switch (mode) {
            case CloseMode.Linger linger -> true;
            case Untimed.BACKGROUND -> true;
            case Untimed.RESET, Untimed.HALF_CLOSE, Untimed.ACKNOWLEDGED -> false;
        };
    }

    private boolean isOver() {
        return state == CloseState.CLOSED || state == CloseState.FAILED;
    }

    /**
     * TCP has ended. That a mode does not wait for the peer is no error; it is told as the cause, and that is
     * all.
     */
    void endedAlone(Ending ending) {
        if (state == CloseState.CLOSE_SENT && closesAtOnce(mode) && ending != Ending.RESET) {
            fail(new IOException("closed without waiting for the peer's Close frame, in mode " + mode),
                    Initiator.APPLICATION);
        }
    }

    /** @param closeFrameLeft whether our Close frame, if any, was produced whole */
    CloseInfo info(Ending ending, boolean closeFrameLeft) {
        return new CloseInfo(received, closeFrameLeft ? sent : Optional.empty(),
                initiator.orElse(Initiator.PEER), cause, ending, outcome(ending));
    }

    /** The strongest that is known. */
    private CloseOutcome outcome(Ending ending) {
        if (acknowledged) {
            return CloseOutcome.ACKNOWLEDGED;
        }
        boolean cut = ending == Ending.RESET || ending == Ending.CLOSED_FIRST;
        return cutByDeadline && cut ? CloseOutcome.DEADLINE : CloseOutcome.of(ending);
    }
}
