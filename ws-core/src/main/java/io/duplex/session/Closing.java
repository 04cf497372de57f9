package io.duplex.session;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Code;
import io.duplex.CloseInfo.Initiator;
import io.duplex.transport.Ending;
import io.duplex.transport.OutputState;
import java.util.Optional;

/**
 * How far a connection is on its way to the end: the closing handshake (RFC 6455 section 7), failures, and the order in which TCP is
 * closed (section 7.1.1). Facts and rules only; the session acts on them. Guarded by the session's lock.
 */
final class Closing {
    private final Role role;
    private CloseState state = CloseState.OPEN;
    private Optional<Code> received = Optional.empty();
    private Optional<Code> sent = Optional.empty();
    private Optional<Initiator> initiator = Optional.empty();
    private Optional<Throwable> cause = Optional.empty();
    private boolean peerEnded;
    private boolean broken;
    private boolean aborted;

    Closing(Role role) {
        this.role = role;
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
    void begin(Code code) {
        if (state != CloseState.OPEN) {
            throw new IllegalStateException("a Close frame was sent or the connection failed: " + state);
        }
        state = CloseState.CLOSE_SENT;
        sent = Optional.of(code);
        initiator = Optional.of(Initiator.APPLICATION);
    }

    /**
     * The peer's Close frame. Without effect once the closing handshake is over or the connection has failed, perhaps on another
     * thread while the frame was read.
     *
     * @return whether it is to be answered with one
     */
    boolean received(Code code) {
        if (isOver()) {
            return false;
        }
        boolean answer = state == CloseState.OPEN;
        received = Optional.of(code);
        state = CloseState.CLOSED;
        initiator = initiator.or(() -> Optional.of(Initiator.PEER));
        return answer;
    }

    /** A Close frame is queued that answers the peer's or says why the connection failed. */
    void answered(Code code) {
        sent = Optional.of(code);
    }

    /**
     * The connection fails (section 7.1.7). Without effect once both Close frames were exchanged, or after another failure.
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

    /** Whether a Close frame of ours was queued. */
    boolean closeFrameQueued() {
        return sent.isPresent();
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

    /** The close deadline: a client that waited for the server's FIN in vain goes first; everybody else resets. */
    void expired() {
        if (state == CloseState.CLOSED && role == Role.CLIENT) {
            broken = true;
        } else {
            aborted = true;
        }
    }

    /**
     * What the transport shall do. The server closes TCP first; a client waits for the server's FIN.
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
        if (!isOver() || !drained) {
            return OutputState.OPEN;
        }
        if (peerEnded) {
            return OutputState.CLOSE;
        }
        return role == Role.SERVER ? OutputState.END : OutputState.OPEN;
    }

    private boolean isOver() {
        return state == CloseState.CLOSED || state == CloseState.FAILED;
    }

    /** @param closeFrameLeft whether our Close frame, if any, was produced whole */
    CloseInfo info(Ending ending, boolean closeFrameLeft) {
        return new CloseInfo(received, closeFrameLeft ? sent : Optional.empty(),
                initiator.orElse(Initiator.PEER), cause,
                ending);
    }
}
