package io.duplex;

import io.duplex.frame.CloseCode;
import io.duplex.frame.CloseStatus;
import io.duplex.transport.TcpEnd;
import java.util.Optional;

/**
 * How a connection ended: never a bare 1006.
 *
 * @param received  the peer's Close frame; empty if none arrived. A Close frame without a code counts as
 *                  received with {@link CloseStatus#NONE}
 * @param sent      our Close frame; empty if none was sent
 * @param initiator which side initiated the close
 * @param cause     why the connection did not end cleanly; empty if it did
 * @param tcpEnd    how TCP ended
 * @param acknowledged whether the peer has processed every message: the pong of the barrier arrived ({@link
 *                  CloseMode#ACKNOWLEDGED}). This holds however TCP ended afterwards. A peer's Close frame
 *                  that crossed ours does not count, because it may have been sent before the peer read
 *                  anything
 * @param timedOut  whether the connection was cut because a deadline expired ({@link Timeouts#close} or
 *                  {@link Timeouts#send})
 */
public record CloseInfo(Optional<CloseStatus> received, Optional<CloseStatus> sent, Initiator initiator,
        Optional<Throwable> cause, TcpEnd tcpEnd, boolean acknowledged, boolean timedOut) {
    /**
     * The end of a connection that was neither acknowledged nor cut by a deadline.
     *
     * @param received  the peer's Close frame
     * @param sent      our Close frame
     * @param initiator which side initiated the close
     * @param cause     why it was not clean
     * @param tcpEnd    how TCP ended
     */
    public CloseInfo(Optional<CloseStatus> received, Optional<CloseStatus> sent, Initiator initiator,
            Optional<Throwable> cause, TcpEnd tcpEnd) {
        this(received, sent, initiator, cause, tcpEnd, false, false);
    }

    /** The side that initiated the close. */
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
     * Returns whether the conversation was finished: the closing handshake was completed, and both Close
     * frames had the code 1000 or 1001, or none (1005). Then all messages of the peer have arrived. After any
     * other end messages may be lost, or one endpoint has reported an error.
     *
     * @return true if the end is {@link #clean()} and neither code reports an error
     */
    public boolean normal() {
        return clean() && received.get().normal() && sent.get().normal();
    }

    /**
     * Returns the code as the W3C API reports it (RFC 6455 section 7.1.5): the received one, 1005 if the
     * Close frame had none, 1006 if no Close frame arrived.
     *
     * @return the code
     */
    public int code() {
        return received.map(CloseStatus::code).orElse(CloseCode.ABNORMAL);
    }

    /**
     * Returns the received reason (RFC 6455 section 7.1.6).
     *
     * @return the reason, possibly empty
     */
    public String reason() {
        return received.map(CloseStatus::reason).orElse("");
    }

    /**
     * Returns the strongest known result in one word, for logs.
     *
     * @return {@code ACKNOWLEDGED} if it is {@link #acknowledged}, {@code DEADLINE} if it is only {@link
     *         #timedOut}, otherwise the name of {@link #tcpEnd}
     */
    public String outcome() {
        return acknowledged ? "ACKNOWLEDGED" : timedOut ? "DEADLINE" : tcpEnd.name();
    }

    /**
     * For logs: {@code received 1000, sent 1000 "bye", initiated by PEER, clean, FIN_EXCHANGED}; an outcome
     * that differs from TCP's end precedes it: {@code ACKNOWLEDGED (FIN_EXCHANGED)}.
     */
    @Override
    public String toString() {
        return "received " + shown(received) + ", sent " + shown(sent) + ", initiated by " + initiator + ", "
                + cause.map(Throwable::toString).orElse("clean") + ", " + outcome()
                + (acknowledged || timedOut ? " (" + tcpEnd + ")" : "");
    }

    private static String shown(Optional<CloseStatus> code) {
        return code.map(CloseStatus::toString).orElse("nothing");
    }
}
