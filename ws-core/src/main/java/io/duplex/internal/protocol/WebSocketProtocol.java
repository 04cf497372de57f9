package io.duplex.internal.protocol;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.CloseMode;
import io.duplex.ConnectionOptions;
import io.duplex.FailureOrigin;
import io.duplex.ReadyState;
import io.duplex.Timeouts;
import io.duplex.frame.CloseCode;
import io.duplex.frame.CloseStatus;
import io.duplex.frame.Opcode;
import io.duplex.internal.protocol.PingLedger.Ping;
import io.duplex.transport.Durations;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * RFC 6455 after the opening handshake, for one connection of either role: what may be sent and read, what
 * answers what, who closes TCP and when (sections 5.5, 7.1 and 7.2), and what {@code onClose} reports. Each
 * method is one thing that can happen, and returns the control frame that is to be queued for it, after the
 * messages that were accepted before. It reads no bytes and queues nothing: {@code MessageReader} has the
 * rules of frames within a message, {@code Sender} those of messages.
 *
 * <p>The end of the input takes effect late. A Close frame or a broken rule stops the reading at once; it is
 * answered by {@link #answerClose}, after the application has taken, and may have answered, all messages
 * before it. Until then messages are accepted (section 7.1.5 lets an endpoint delay its Close frame).
 *
 * <p>Not thread-safe: the session guards it by its lock. It never calls out.
 */
public final class WebSocketProtocol {
    /**
     * A control frame that is to be queued.
     *
     * @param opcode PING or CLOSE
     * @param payload its payload
     */
    public record ControlFrame(Opcode opcode, ByteBuffer payload) {}

    /**
     * Why a connection fails (section 7.1.7).
     *
     * @param status for the Close frame
     * @param origin where it came from
     * @param cause for the application
     */
    public record Failure(CloseStatus status, FailureOrigin origin, Throwable cause) {}

    /**
     * What a pong answers.
     *
     * @param pings ours, whose futures are to be completed
     * @param close our Close frame if it was held for this pong; otherwise null
     */
    public record Answered(List<Ping> pings, ControlFrame close) {}

    private static final Optional<ControlFrame> NOTHING = Optional.empty();

    private final Role role;
    private final CloseMode preset;
    private final Timeouts timeouts;
    private final Deadlines deadlines;
    private final PingLedger pings = new PingLedger();

    private ReadyState readyState = ReadyState.CONNECTING;
    private CloseState state = CloseState.OPEN;
    private boolean reading = true;
    /** The mode of the close under way. A connection that fails before has this default. */
    private CloseMode mode = CloseMode.HALF_CLOSE;
    /**
     * The peer's Close frame, or the failure of the input, before it takes effect; at most one is not null.
     */
    private CloseStatus unanswered;
    private Failure inputFailure;
    /** Our Close frame while it waits for the pong of the barrier. */
    private CloseStatus held;
    private Ping barrier;

    private CloseStatus received;
    private CloseStatus sent;
    private Initiator initiator;
    private Throwable cause;
    /** A failure that was not reported to the application. */
    private Failure unreported;
    private boolean acknowledged;
    private boolean cutByDeadline;
    private boolean peerEnded;
    /** TCP is to be closed now: no byte moves any more, or a client has waited for the FIN in vain. */
    private boolean closesNow;
    private boolean aborted;

    /**
     * A connection whose opening handshake is over.
     *
     * @param role which endpoint this is
     * @param options the time-outs, and the close mode, which also applies to a close by the peer, if it can
     * @param id the connection's number
     * @param nanoTime now
     */
    public WebSocketProtocol(Role role, ConnectionOptions options, long id, long nanoTime) {
        this.role = role;
        this.preset = options.closeMode();
        this.timeouts = options.timeouts();
        this.deadlines = new Deadlines(timeouts, Deadlines.jitter(id, nanoTime));
    }

    // ---- what may be done now -----------------------------------------------------------------------------

    /** Returns the connection's deadlines. */
    public Deadlines deadlines() {
        return deadlines;
    }

    /** Returns the state as the application sees it. */
    public ReadyState readyState() {
        return state != CloseState.OPEN && readyState == ReadyState.OPEN ? ReadyState.CLOSING : readyState;
    }

    /** Returns whether messages are accepted: none follows a Close frame (section 5.5.1). */
    public boolean takesMessages() {
        return readyState == ReadyState.OPEN && state == CloseState.OPEN && !aborted;
    }

    /**
     * Returns whether pings are answered: until our Close frame is queued (section 5.5.2), because the peer
     * may wait for a pong before it sends its own.
     */
    public boolean answersPings() {
        return takesMessages() || readyState == ReadyState.OPEN && state == CloseState.AWAITING_PONG;
    }

    /** Returns whether frames are read; otherwise what comes is discarded (sections 1.4 and 7.1.7). */
    public boolean isReading() {
        return reading;
    }

    /** Returns whether the connection has failed, or both Close frames were exchanged. */
    public boolean isOver() {
        return state.isFinal();
    }

    /** Returns whether a Close frame or a failure of the input waits for {@link #answerClose}. */
    boolean isAnswerDue() {
        return unanswered != null || inputFailure != null;
    }

    /** Takes the failure that is to be reported to the application; null if there is none. */
    public Failure takeUnreported() {
        Failure failure = unreported;
        if (failure != null) {
            unreported = null;
        }
        return failure;
    }

    // ---- what the application does ------------------------------------------------------------------------

    /** The opening handshake is over, and frames may flow. */
    public void opened(long nanoTime) {
        readyState = ReadyState.OPEN;
        deadlines.start(nanoTime);
    }

    /** A ping of the application's, or an automatic one (section 5.5.2). Empty if none may be sent. */
    public Optional<ControlFrame> ping(CompletableFuture<Duration> answer, long nanoTime) {
        if (!takesMessages()) {
            return NOTHING;
        }
        if (reading) {
            // After the peer's Close frame no pong comes.
            deadlines.pinged(nanoTime);
        }
        return Optional.of(new ControlFrame(Opcode.PING, pings.add(nanoTime, answer).payload()));
    }

    /**
     * The application closes (section 7.1.2). Without effect once closing has begun. If the peer has broken a
     * rule, and was not answered, this answers that instead.
     */
    public Optional<ControlFrame> close(CloseStatus status, CloseMode how, long nanoTime) {
        Optional<ControlFrame> failing = inputFailure == null ? NOTHING : answerClose(nanoTime);
        if (!takesMessages()) {
            return failing;
        }
        deadlines.closing(nanoTime);
        if (how == CloseMode.RESET) {
            reset(new IOException("reset by the application, in mode " + how), nanoTime);
            return NOTHING;
        }
        initiator = Initiator.APPLICATION;
        mode = how;
        if (how == CloseMode.ACKNOWLEDGED) {
            // A new ping: a pong answers its ping and all before it, so no earlier pong answers this one.
            state = CloseState.AWAITING_PONG;
            held = status;
            barrier = pings.add(nanoTime, new CompletableFuture<>());
            return Optional.of(new ControlFrame(Opcode.PING, barrier.payload()));
        }
        state = CloseState.CLOSE_SENT;
        return Optional.of(closeFrame(status, nanoTime));
    }

    /** The application resets the connection (section 7.2.1). */
    public void abort(long nanoTime) {
        reset(new IOException("aborted by the application"), nanoTime);
    }

    private void reset(IOException why, long nanoTime) {
        // First, so that a Close frame that waits for its answer counts as received.
        answerClose(nanoTime);
        markFailed(FailureOrigin.APPLICATION, why, Initiator.APPLICATION);
        aborted = true;
        reading = false;
    }

    // ---- what the peer does -------------------------------------------------------------------------------

    /** A pong has come (section 5.5.3). The barrier's counts even if the connection is over by now. */
    public Answered pong(ByteBuffer payload, long nanoTime) {
        List<Ping> answered = pings.answered(payload);
        boolean atBarrier = barrier != null && answered.contains(barrier);
        acknowledged |= atBarrier;
        if (!atBarrier || state != CloseState.AWAITING_PONG) {
            return new Answered(answered, null);
        }
        state = CloseState.CLOSE_SENT;
        return new Answered(answered, closeFrame(held, nanoTime));
    }

    /** The peer's Close frame has come (section 5.5.1). It is answered by {@link #answerClose}. */
    public Optional<ControlFrame> closeReceived(CloseStatus status, long nanoTime) {
        unanswered = status;
        return inputEnded(nanoTime);
    }

    /** The peer has broken a rule. It is answered by {@link #answerClose}. */
    public Optional<ControlFrame> violated(Failure failure, long nanoTime) {
        inputFailure = failure;
        return inputEnded(nanoTime);
    }

    private Optional<ControlFrame> inputEnded(long nanoTime) {
        reading = false;
        deadlines.inputEnded(nanoTime);
        // After our Close frame the application can send nothing, so there is no reason to wait.
        return sent == null ? NOTHING : answerClose(nanoTime);
    }

    /**
     * Lets the end of the input take effect, if it has not: a Close frame is answered with ours, if the
     * application has asked for one already, or with the same status (section 5.5.1); a broken rule fails the
     * connection.
     */
    public Optional<ControlFrame> answerClose(long nanoTime) {
        CloseStatus theirs = unanswered;
        Failure failure = inputFailure;
        unanswered = null;
        inputFailure = null;
        deadlines.clear(Deadlines.Kind.ANSWER);
        if (failure != null) {
            return fail(failure, nanoTime);
        }
        if (theirs == null || isOver()) {
            return NOTHING;
        }
        boolean answer = state != CloseState.CLOSE_SENT;
        if (state == CloseState.OPEN) {
            // Not RESET, which would destroy what the peer has not read, and not ACKNOWLEDGED: a peer that
            // has sent its Close frame need not answer a ping.
            mode = closesAtOnce(preset) ? preset : CloseMode.HALF_CLOSE;
        }
        received = theirs;
        state = CloseState.CLOSED;
        initiator = initiator == null ? Initiator.PEER : initiator;
        return answer ? Optional.of(closeFrame(held == null ? theirs : held, nanoTime)) : NOTHING;
    }

    /** The peer's FIN has come. Without a Close frame before it, messages may be missing (section 7.1.5). */
    public Optional<ControlFrame> peerEnded(long nanoTime) {
        peerEnded = true;
        return isAnswerDue() || isOver()
                ? NOTHING
                : lost(new EOFException("the peer ended the connection without a Close frame"), nanoTime);
    }

    /** Reading or writing has failed, and no byte moves any more. */
    public Optional<ControlFrame> ioFailed(IOException why, long nanoTime) {
        closesNow = true;
        return lost(why, nanoTime);
    }

    /** Nothing more comes from the peer. It may still receive what was sent before. */
    private Optional<ControlFrame> lost(IOException why, long nanoTime) {
        Optional<ControlFrame> answer = answerClose(nanoTime);
        if (markFailed(FailureOrigin.PEER, why, Initiator.PEER)) {
            stopReading(nanoTime);
        }
        return answer;
    }

    /** The peer has sent more than {@code Limits.maxDrainBytes} after the end of the input. */
    public void drainedTooMuch() {
        aborted = true;
    }

    // ---- failures and deadlines ---------------------------------------------------------------------------

    /**
     * Fails the connection (section 7.1.7): a Close frame says why, if it may still be sent, and no frame is
     * read any more. Without effect after another failure, or once both Close frames were exchanged.
     */
    public Optional<ControlFrame> fail(Failure failure, long nanoTime) {
        if (!markFailed(failure.origin(), failure.cause(), Initiator.LIBRARY)) {
            return NOTHING;
        }
        stopReading(nanoTime);
        return sent == null ? Optional.of(closeFrame(failure.status(), nanoTime)) : NOTHING;
    }

    /**
     * A deadline is over.
     *
     * @param allSent whether the operating system has all output; a reset is what frees a transport from a
     *                peer that takes none
     */
    public Optional<ControlFrame> expired(Deadlines.Kind kind, boolean allSent, long nanoTime) {
        return switch (kind) {
            case CLOSE -> {
                String awaited = state == CloseState.AWAITING_PONG
                        ? "the peer did not acknowledge"
                        : "the closing handshake was not over";
                // Section 7.1.1: a client that waited for the server's FIN in vain goes first.
                yield cut(kind, awaited + " within " + Durations.text(timeouts.close()),
                        role == Role.CLIENT && allSent, nanoTime);
            }
            case SEND -> cut(kind,
                    "the peer took nothing for " + Durations.text(timeouts.send().orElseThrow()), false,
                    nanoTime);
            case ANSWER -> answerClose(nanoTime);
            case IDLE -> timedOut(CloseCode.GOING_AWAY, "idle",
                    "nothing came for " + Durations.text(timeouts.idle().orElseThrow()), nanoTime);
            case PONG -> timedOut(CloseCode.INTERNAL_ERROR, "no pong",
                    "no pong came within " + Durations.text(timeouts.pong().orElseThrow()), nanoTime);
            case MESSAGE -> timedOut(CloseCode.POLICY_VIOLATION, "message too slow", tooSlow(), nanoTime);
            case PING -> ping(new CompletableFuture<>(), nanoTime);
        };
    }

    private Optional<ControlFrame> timedOut(int code, String reason, String text, long nanoTime) {
        return fail(
                new Failure(new CloseStatus(code, reason), FailureOrigin.PEER, new TimeoutException(text)),
                nanoTime);
    }

    private Optional<ControlFrame> cut(Deadlines.Kind kind, String text, boolean mayCloseFirst,
            long nanoTime) {
        deadlines.clear(kind);
        Optional<ControlFrame> answer = answerClose(nanoTime);
        markFailed(FailureOrigin.PEER, new TimeoutException(text), Initiator.LIBRARY);
        cutByDeadline = true;
        if (mayCloseFirst && state == CloseState.CLOSED && answer.isEmpty()) {
            closesNow = true;
        } else {
            aborted = true;
        }
        return answer;
    }

    private String tooSlow() {
        return String.format(Locale.ROOT,
                "a message was not complete in time: of its payload %,d bytes have come, and it may take %s"
                        + " (Timeouts.message) and 1 s more for each %,d bytes that come",
                deadlines.messageWireBytes(), Durations.text(timeouts.message().orElseThrow()),
                Deadlines.MESSAGE_BYTES_PER_SECOND);
    }

    /**
     * Without effect after another failure, or once both Close frames were exchanged. A failure that the
     * application has initiated is not reported to it.
     */
    private boolean markFailed(FailureOrigin origin, Throwable why, Initiator who) {
        if (isOver()) {
            return false;
        }
        state = CloseState.FAILED;
        cause = why;
        initiator = initiator == null ? who : initiator;
        if (who != Initiator.APPLICATION) {
            unreported = new Failure(CloseStatus.NONE, origin, why);
        }
        return true;
    }

    /** Ends the reading of frames. */
    public void stopReading(long nanoTime) {
        reading = false;
        deadlines.closing(nanoTime);
    }

    /**
     * Makes our Close frame. No message follows it, so the end of the input takes effect now. The order
     * matters: the caller has set the state, and {@code sent} is set here, so that {@link #answerClose} makes
     * no second Close frame.
     */
    private ControlFrame closeFrame(CloseStatus status, long nanoTime) {
        sent = status;
        answerClose(nanoTime);
        return new ControlFrame(Opcode.CLOSE, ByteBuffer.wrap(status.payload()));
    }

    // ---- the end of TCP -----------------------------------------------------------------------------------

    /**
     * Returns what the transport is to do (section 7.1.1): the server closes TCP first; a client waits for
     * the server's FIN; modes that do not wait for the peer close after their own Close frame.
     *
     * @param drained whether all output was produced
     */
    public OutputState outputState(boolean drained) {
        if (aborted) {
            return OutputState.ABORT;
        }
        if (closesNow) {
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

    /** Returns how long the transport's close may wait; empty if it does not wait. */
    public Optional<Duration> lingerTime() {
        return mode instanceof CloseMode.Linger linger && !closesNow
                ? Optional.of(linger.time())
                : Optional.empty();
    }

    private static boolean closesAtOnce(CloseMode mode) {
        return mode instanceof CloseMode.Linger || mode == CloseMode.BACKGROUND;
    }

    /**
     * TCP has ended. If the mode did not wait for the peer, that is the cause in the result. It is no error,
     * and is not reported.
     *
     * @param closeFrameSent whether the operating system has taken our Close frame whole, if there is one
     */
    public CloseInfo released(TcpEnd ending, boolean closeFrameSent, long nanoTime) {
        answerClose(nanoTime);
        if (state == CloseState.CLOSE_SENT && closesAtOnce(mode) && ending != TcpEnd.RESET) {
            markFailed(FailureOrigin.APPLICATION,
                    new IOException("closed without waiting for the peer's Close frame, in mode " + mode),
                    Initiator.APPLICATION);
        }
        // Most connections are over here, and an exception is expensive.
        if (!isOver()) {
            markFailed(FailureOrigin.PEER, new IOException("the connection was cut"), Initiator.LIBRARY);
        }
        reading = false;
        readyState = ReadyState.CLOSED;
        deadlines.clearAll();
        boolean cut = ending == TcpEnd.RESET || ending == TcpEnd.CLOSED_FIRST;
        return new CloseInfo(Optional.ofNullable(received),
                closeFrameSent ? Optional.ofNullable(sent) : Optional.empty(),
                initiator == null ? Initiator.PEER : initiator, Optional.ofNullable(cause), ending,
                acknowledged, cutByDeadline && cut);
    }

    /** Takes out the pings that no pong answers any more, for failing them. */
    public List<Ping> dropPings() {
        return pings.drop();
    }
}
