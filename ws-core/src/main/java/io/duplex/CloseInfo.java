package io.duplex;

import io.duplex.frame.CloseCode;
import io.duplex.frame.CloseStatus;
import io.duplex.transport.Ending;
import java.util.Optional;

/**
 * How a connection ended: never a bare 1006.
 *
 * @param received the peer's Close frame; empty if none came. A Close frame without a code counts as received
 *                 with {@link CloseStatus#NONE}
 * @param sent     this end's Close frame; empty if none left
 * @param initiator who began to close
 * @param cause    why the connection did not end cleanly; empty if it did
 * @param ending   how TCP ended
 * @param outcome  what is known about the end, by TCP, by the closing handshake and by the deadlines
 */
public record CloseInfo(Optional<CloseStatus> received, Optional<CloseStatus> sent, Initiator initiator,
        Optional<Throwable> cause, Ending ending, CloseOutcome outcome) {
    /**
     * A connection about whose end nothing is known but TCP's part.
     *
     * @param received  the peer's Close frame
     * @param sent      this end's
     * @param initiator who began
     * @param cause     why it was not clean
     * @param ending    how TCP ended, which is then also the outcome
     */
    public CloseInfo(Optional<CloseStatus> received, Optional<CloseStatus> sent, Initiator initiator,
            Optional<Throwable> cause, Ending ending) {
        this(received, sent, initiator, cause, ending, CloseOutcome.of(ending));
    }

    /** Who began to close. */
    public enum Initiator {
        /** This application, by {@code close}, {@code abort} or {@code stop}. */
        APPLICATION,
        /** This library, because of an error, a limit or a deadline. */
        LIBRARY,
        /** The peer, by a Close frame, or by ending TCP. */
        PEER
    }

    /**
     * Returns whether the closing handshake was completed (RFC 6455 section 7.1.4), as the W3C's {@code
     * wasClean}. It says nothing about the codes: an end with 1009 or 1011 is clean for the endpoint that
     * received the code. Ask {@link #normal()} whether all went well.
     *
     * @return true if both Close frames were exchanged and nothing failed
     */
    public boolean clean() {
        return received.isPresent() && sent.isPresent() && cause.isEmpty();
    }

    /**
     * Returns whether the connection ended as a finished conversation does: the closing handshake was
     * completed, and both Close frames had the code 1000 or 1001, or none (1005). All messages of the peer
     * have arrived then. Any other end may have lost messages, or is an error that one endpoint reported.
     *
     * @return true if the end is {@link #clean()} and neither code reports an error
     */
    public boolean normal() {
        return clean() && received.get().normal() && sent.get().normal();
    }

    /**
     * The code as the W3C API reports it (RFC 6455 section 7.1.5): the received one, 1005 if a Close frame
     * came without one, 1006 if none came.
     *
     * @return the code
     */
    public int code() {
        return received.map(CloseStatus::code).orElse(CloseCode.ABNORMAL);
    }

    /**
     * The received reason (RFC 6455 section 7.1.6).
     *
     * @return the reason, possibly empty
     */
    public String reason() {
        return received.map(CloseStatus::reason).orElse("");
    }

    /**
     * For logs: {@code received 1000, sent 1000 "bye", begun by PEER, clean, FIN_EXCHANGED}; an outcome that
     * says more than TCP's end stands in front of it: {@code ACKNOWLEDGED (FIN_EXCHANGED)}.
     */
    @Override
    public String toString() {
        return "received " + shown(received) + ", sent " + shown(sent) + ", begun by " + initiator + ", "
                + cause.map(Throwable::toString).orElse("clean") + ", "
                + (outcome == CloseOutcome.of(ending) ? ending : outcome + " (" + ending + ")");
    }

    private static String shown(Optional<CloseStatus> code) {
        return code.map(CloseStatus::toString).orElse("nothing");
    }
}
