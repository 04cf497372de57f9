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

    /** This end begins: a Close frame is queued. */
    void begin(Code code) {
        state = CloseState.CLOSE_SENT;
        sent = Optional.of(code);
        initiator = Optional.of(Initiator.APPLICATION);
    }

    /** The peer's Close frame; returns whether it is to be answered with one. */
    boolean received(Code code) {
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
        if (state == CloseState.CLOSED || state == CloseState.FAILED) {
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
        boolean over = state == CloseState.CLOSED || state == CloseState.FAILED;
        if (!over || !drained) {
            return OutputState.OPEN;
        }
        if (peerEnded) {
            return OutputState.CLOSE;
        }
        return role == Role.SERVER ? OutputState.END : OutputState.OPEN;
    }

    /** @param closeFrameLeft whether our Close frame, if any, was produced whole */
    CloseInfo info(Ending ending, boolean closeFrameLeft) {
        return new CloseInfo(received, closeFrameLeft ? sent : Optional.empty(),
                initiator.orElse(Initiator.PEER), cause,
                ending);
    }
}
