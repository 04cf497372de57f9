package io.duplex.internal.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.CloseInfo;
import io.duplex.CloseInfo.Initiator;
import io.duplex.CloseMode;
import io.duplex.ConnectionOptions;
import io.duplex.FailureOrigin;
import io.duplex.ReadyState;
import io.duplex.Timeouts;
import io.duplex.frame.CloseStatus;
import io.duplex.frame.Opcode;
import io.duplex.internal.protocol.Deadlines.Kind;
import io.duplex.internal.protocol.PingLedger.Ping;
import io.duplex.internal.protocol.WebSocketProtocol.Answered;
import io.duplex.internal.protocol.WebSocketProtocol.ControlFrame;
import io.duplex.internal.protocol.WebSocketProtocol.Failure;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.OutputState;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RFC 6455 after the opening handshake: every cause in every state, for both roles, in one table; then
 * examples of the closing handshake (section 7.1), of the close modes, and of what is reported.
 */
class WebSocketProtocolTest {
    private static final CloseStatus OURS = new CloseStatus(4000, "ours");
    private static final CloseStatus THEIRS = new CloseStatus(3000, "theirs");
    private static final IOException CAUSE = new IOException("cause");
    private static final Failure BROKEN_RULE =
            new Failure(new CloseStatus(1002, "broken rule"), FailureOrigin.PEER,
                    new IOException("a broken rule"));
    private static final Failure FAILURE =
            new Failure(new CloseStatus(1013, "failure"), FailureOrigin.LIBRARY, CAUSE);
    private static final CloseMode LINGER = CloseMode.linger(Duration.ofSeconds(5));

    private static final long NOW = Duration.ofSeconds(1000).toNanos();
    private static final Timeouts TIMEOUTS = new Timeouts(Duration.ofSeconds(10),
            Optional.of(Duration.ofSeconds(50)), Optional.of(Duration.ofSeconds(20)),
            Optional.of(Duration.ofSeconds(7)), Duration.ofSeconds(10), Optional.of(Duration.ofSeconds(30)),
            Optional.of(Duration.ofSeconds(40)));

    /** The states of a connection, with what waits to be answered. */
    private enum Start {
        CONNECTING, OPEN,
        /** The peer's Close frame came, and the application may still answer messages before it. */
        OPEN_CLOSE_RECEIVED,
        /** The same, with a broken rule. */
        OPEN_VIOLATED, AWAITING_PONG, AWAITING_PONG_CLOSE_RECEIVED, AWAITING_PONG_VIOLATED, CLOSE_SENT,
        /** The peer's Close frame was answered. */
        CLOSED,
        /** A Close frame is queued that says why. */
        FAILED,
        /** TCP has ended, while the connection was open. */
        RELEASED
    }

    /**
     * What can happen. CLOSE is a close in the mode HALF_CLOSE, BACKGROUND one in that mode, and so on;
     * SEND_EXPIRED is the send deadline, and so on.
     */
    private enum Cause {
        OPENED, PING, CLOSE, BACKGROUND, LINGER, ACKNOWLEDGED, RESET, ABORT, BARRIER_PONG, PONG,
        CLOSE_RECEIVED, VIOLATED, ANSWER, PEER_ENDED, BROKEN, DRAINED_TOO_MUCH, FAIL, CLOSE_EXPIRED_ALL_SENT,
        CLOSE_EXPIRED_UNSENT, SEND_EXPIRED, ANSWER_EXPIRED, IDLE_EXPIRED, PONG_EXPIRED, MESSAGE_EXPIRED,
        PING_EXPIRED, STOP_READING, RELEASED
    }

    /**
     * Below each state its causes, and what follows from each: the next state, the frame that is queued (a
     * Close frame is shown by its code), what may be done then, and what the transport is to do, as server
     * and as client, once all output is produced and while it is not. What may be done: M messages are
     * accepted, P pings are answered, R frames are read, A an answer to the end of the input is due.
     */
    private static final String TABLE =
            """
                    causes                     | next          | sent | may  | drained     | not drained

                    CONNECTING: only OPENED, the end of TCP and the application's abort can happen
                    OPENED                     | OPEN          | -    | MPR- | OPEN  OPEN  | OPEN  OPEN
                    PING, PING_EXPIRED         | OPEN          | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    CLOSE, BACKGROUND          | OPEN          | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    LINGER, ACKNOWLEDGED       | OPEN          | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    RESET                      | OPEN          | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    BARRIER_PONG, PONG         | OPEN          | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    ANSWER, ANSWER_EXPIRED     | OPEN          | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    STOP_READING               | OPEN          | -    | ---- | OPEN  OPEN  | OPEN  OPEN
                    CLOSE_RECEIVED, VIOLATED   | OPEN          | -    | ---A | OPEN  OPEN  | OPEN  OPEN
                    ABORT                      | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    PEER_ENDED                 | FAILED        | -    | ---- | CLOSE CLOSE | OPEN  OPEN
                    BROKEN                     | FAILED        | -    | ---- | CLOSE CLOSE | CLOSE CLOSE
                    DRAINED_TOO_MUCH           | OPEN          | -    | --R- | ABORT ABORT | ABORT ABORT
                    FAIL                       | FAILED        | 1013 | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE_EXPIRED_ALL_SENT     | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_UNSENT       | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    IDLE_EXPIRED               | FAILED        | 1001 | ---- | END   OPEN  | OPEN  OPEN
                    PONG_EXPIRED               | FAILED        | 1011 | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED            | FAILED        | 1008 | ---- | END   OPEN  | OPEN  OPEN
                    RELEASED                   | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN

                    OPEN: OPENED a second time has no effect; without a barrier its pong is any pong
                    OPENED, BARRIER_PONG, PONG | OPEN          | -    | MPR- | OPEN  OPEN  | OPEN  OPEN
                    ANSWER, ANSWER_EXPIRED     | OPEN          | -    | MPR- | OPEN  OPEN  | OPEN  OPEN
                    PING, PING_EXPIRED         | OPEN          | PING | MPR- | OPEN  OPEN  | OPEN  OPEN
                    CLOSE                      | CLOSE_SENT    | 4000 | --R- | OPEN  OPEN  | OPEN  OPEN
                    BACKGROUND, LINGER         | CLOSE_SENT    | 4000 | --R- | CLOSE CLOSE | OPEN  OPEN
                    ACKNOWLEDGED               | AWAITING_PONG | PING | -PR- | OPEN  OPEN  | OPEN  OPEN
                    RESET, ABORT               | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_RECEIVED, VIOLATED   | OPEN          | -    | MP-A | OPEN  OPEN  | OPEN  OPEN
                    PEER_ENDED                 | FAILED        | -    | ---- | CLOSE CLOSE | OPEN  OPEN
                    BROKEN                     | FAILED        | -    | ---- | CLOSE CLOSE | CLOSE CLOSE
                    DRAINED_TOO_MUCH           | OPEN          | -    | --R- | ABORT ABORT | ABORT ABORT
                    FAIL                       | FAILED        | 1013 | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE_EXPIRED_ALL_SENT     | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_UNSENT       | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    IDLE_EXPIRED               | FAILED        | 1001 | ---- | END   OPEN  | OPEN  OPEN
                    PONG_EXPIRED               | FAILED        | 1011 | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED            | FAILED        | 1008 | ---- | END   OPEN  | OPEN  OPEN
                    STOP_READING               | OPEN          | -    | MP-- | OPEN  OPEN  | OPEN  OPEN
                    RELEASED                   | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN

                    OPEN_CLOSE_RECEIVED: nothing is read, but messages are accepted
                    OPENED, BARRIER_PONG, PONG | OPEN          | -    | MP-A | OPEN  OPEN  | OPEN  OPEN
                    CLOSE_RECEIVED, VIOLATED   | OPEN          | -    | MP-A | OPEN  OPEN  | OPEN  OPEN
                    PEER_ENDED, STOP_READING   | OPEN          | -    | MP-A | OPEN  OPEN  | OPEN  OPEN
                    PING, PING_EXPIRED         | OPEN          | PING | MP-A | OPEN  OPEN  | OPEN  OPEN
                    CLOSE                      | CLOSED        | 4000 | ---- | END   OPEN  | OPEN  OPEN
                    BACKGROUND, LINGER         | CLOSED        | 4000 | ---- | CLOSE CLOSE | OPEN  OPEN
                    ACKNOWLEDGED               | AWAITING_PONG | PING | -P-A | OPEN  OPEN  | OPEN  OPEN
                    RESET, ABORT               | CLOSED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    ANSWER, ANSWER_EXPIRED     | CLOSED        | 3000 | ---- | END   OPEN  | OPEN  OPEN
                    BROKEN                     | CLOSED        | 3000 | ---- | CLOSE CLOSE | CLOSE CLOSE
                    DRAINED_TOO_MUCH           | OPEN          | -    | ---A | ABORT ABORT | ABORT ABORT
                    FAIL                       | FAILED        | 1013 | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE_EXPIRED_ALL_SENT     | CLOSED        | 3000 | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_UNSENT       | CLOSED        | 3000 | ---- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | CLOSED        | 3000 | ---- | ABORT ABORT | ABORT ABORT
                    IDLE_EXPIRED               | FAILED        | 1001 | ---- | END   OPEN  | OPEN  OPEN
                    PONG_EXPIRED               | FAILED        | 1011 | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED            | FAILED        | 1008 | ---- | END   OPEN  | OPEN  OPEN
                    RELEASED                   | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN

                    OPEN_VIOLATED: as before; a close tells the peer of the broken rule
                    OPENED, BARRIER_PONG, PONG | OPEN          | -    | MP-A | OPEN  OPEN  | OPEN  OPEN
                    CLOSE_RECEIVED, VIOLATED   | OPEN          | -    | MP-A | OPEN  OPEN  | OPEN  OPEN
                    PEER_ENDED, STOP_READING   | OPEN          | -    | MP-A | OPEN  OPEN  | OPEN  OPEN
                    PING, PING_EXPIRED         | OPEN          | PING | MP-A | OPEN  OPEN  | OPEN  OPEN
                    CLOSE, BACKGROUND          | FAILED        | 1002 | ---- | END   OPEN  | OPEN  OPEN
                    LINGER, ACKNOWLEDGED       | FAILED        | 1002 | ---- | END   OPEN  | OPEN  OPEN
                    RESET                      | FAILED        | 1002 | ---- | END   OPEN  | OPEN  OPEN
                    ABORT                      | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    ANSWER, ANSWER_EXPIRED     | FAILED        | 1002 | ---- | END   OPEN  | OPEN  OPEN
                    BROKEN                     | FAILED        | 1002 | ---- | CLOSE CLOSE | CLOSE CLOSE
                    DRAINED_TOO_MUCH           | OPEN          | -    | ---A | ABORT ABORT | ABORT ABORT
                    FAIL                       | FAILED        | 1013 | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE_EXPIRED_ALL_SENT     | FAILED        | 1002 | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_UNSENT       | FAILED        | 1002 | ---- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | FAILED        | 1002 | ---- | ABORT ABORT | ABORT ABORT
                    IDLE_EXPIRED               | FAILED        | 1001 | ---- | END   OPEN  | OPEN  OPEN
                    PONG_EXPIRED               | FAILED        | 1011 | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED            | FAILED        | 1008 | ---- | END   OPEN  | OPEN  OPEN
                    RELEASED                   | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN

                    AWAITING_PONG: a second close has no effect
                    OPENED, PING, PING_EXPIRED | AWAITING_PONG | -    | -PR- | OPEN  OPEN  | OPEN  OPEN
                    CLOSE, BACKGROUND          | AWAITING_PONG | -    | -PR- | OPEN  OPEN  | OPEN  OPEN
                    LINGER, ACKNOWLEDGED       | AWAITING_PONG | -    | -PR- | OPEN  OPEN  | OPEN  OPEN
                    RESET, PONG                | AWAITING_PONG | -    | -PR- | OPEN  OPEN  | OPEN  OPEN
                    ANSWER, ANSWER_EXPIRED     | AWAITING_PONG | -    | -PR- | OPEN  OPEN  | OPEN  OPEN
                    ABORT                      | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    BARRIER_PONG               | CLOSE_SENT    | 4000 | --R- | OPEN  OPEN  | OPEN  OPEN
                    CLOSE_RECEIVED, VIOLATED   | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    PEER_ENDED                 | FAILED        | -    | ---- | CLOSE CLOSE | OPEN  OPEN
                    BROKEN                     | FAILED        | -    | ---- | CLOSE CLOSE | CLOSE CLOSE
                    DRAINED_TOO_MUCH           | AWAITING_PONG | -    | -PR- | ABORT ABORT | ABORT ABORT
                    FAIL                       | FAILED        | 1013 | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE_EXPIRED_ALL_SENT     | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_UNSENT       | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    IDLE_EXPIRED               | FAILED        | 1001 | ---- | END   OPEN  | OPEN  OPEN
                    PONG_EXPIRED               | FAILED        | 1011 | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED            | FAILED        | 1008 | ---- | END   OPEN  | OPEN  OPEN
                    STOP_READING               | AWAITING_PONG | -    | -P-- | OPEN  OPEN  | OPEN  OPEN
                    RELEASED                   | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN

                    AWAITING_PONG_CLOSE_RECEIVED: the held Close frame answers the peer's
                    OPENED, PING, PING_EXPIRED | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    CLOSE, BACKGROUND          | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    LINGER, ACKNOWLEDGED       | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    RESET, PONG                | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    CLOSE_RECEIVED, VIOLATED   | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    PEER_ENDED, STOP_READING   | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    ABORT                      | CLOSED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    BARRIER_PONG               | CLOSED        | 4000 | ---- | END   OPEN  | OPEN  OPEN
                    ANSWER, ANSWER_EXPIRED     | CLOSED        | 4000 | ---- | END   OPEN  | OPEN  OPEN
                    BROKEN                     | CLOSED        | 4000 | ---- | CLOSE CLOSE | CLOSE CLOSE
                    DRAINED_TOO_MUCH           | AWAITING_PONG | -    | -P-A | ABORT ABORT | ABORT ABORT
                    FAIL                       | FAILED        | 1013 | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE_EXPIRED_ALL_SENT     | CLOSED        | 4000 | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_UNSENT       | CLOSED        | 4000 | ---- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | CLOSED        | 4000 | ---- | ABORT ABORT | ABORT ABORT
                    IDLE_EXPIRED               | FAILED        | 1001 | ---- | END   OPEN  | OPEN  OPEN
                    PONG_EXPIRED               | FAILED        | 1011 | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED            | FAILED        | 1008 | ---- | END   OPEN  | OPEN  OPEN
                    RELEASED                   | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN

                    AWAITING_PONG_VIOLATED: a second close tells the peer of the broken rule
                    OPENED, PING, PING_EXPIRED | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    PONG                       | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    CLOSE_RECEIVED, VIOLATED   | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    PEER_ENDED, STOP_READING   | AWAITING_PONG | -    | -P-A | OPEN  OPEN  | OPEN  OPEN
                    CLOSE, BACKGROUND          | FAILED        | 1002 | ---- | END   OPEN  | OPEN  OPEN
                    LINGER, ACKNOWLEDGED       | FAILED        | 1002 | ---- | END   OPEN  | OPEN  OPEN
                    RESET                      | FAILED        | 1002 | ---- | END   OPEN  | OPEN  OPEN
                    ABORT                      | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    BARRIER_PONG               | FAILED        | 4000 | ---- | END   OPEN  | OPEN  OPEN
                    ANSWER, ANSWER_EXPIRED     | FAILED        | 1002 | ---- | END   OPEN  | OPEN  OPEN
                    BROKEN                     | FAILED        | 1002 | ---- | CLOSE CLOSE | CLOSE CLOSE
                    DRAINED_TOO_MUCH           | AWAITING_PONG | -    | -P-A | ABORT ABORT | ABORT ABORT
                    FAIL                       | FAILED        | 1013 | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE_EXPIRED_ALL_SENT     | FAILED        | 1002 | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_UNSENT       | FAILED        | 1002 | ---- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | FAILED        | 1002 | ---- | ABORT ABORT | ABORT ABORT
                    IDLE_EXPIRED               | FAILED        | 1001 | ---- | END   OPEN  | OPEN  OPEN
                    PONG_EXPIRED               | FAILED        | 1011 | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED            | FAILED        | 1008 | ---- | END   OPEN  | OPEN  OPEN
                    RELEASED                   | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN

                    CLOSE_SENT: the peer's messages are read; no second Close frame follows
                    OPENED, PING, PING_EXPIRED | CLOSE_SENT    | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    CLOSE, BACKGROUND          | CLOSE_SENT    | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    LINGER, ACKNOWLEDGED       | CLOSE_SENT    | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    RESET                      | CLOSE_SENT    | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    BARRIER_PONG, PONG         | CLOSE_SENT    | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    ANSWER, ANSWER_EXPIRED     | CLOSE_SENT    | -    | --R- | OPEN  OPEN  | OPEN  OPEN
                    ABORT                      | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_RECEIVED             | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    VIOLATED, FAIL             | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    PEER_ENDED                 | FAILED        | -    | ---- | CLOSE CLOSE | OPEN  OPEN
                    BROKEN                     | FAILED        | -    | ---- | CLOSE CLOSE | CLOSE CLOSE
                    DRAINED_TOO_MUCH           | CLOSE_SENT    | -    | --R- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_ALL_SENT     | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_UNSENT       | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | FAILED        | -    | --R- | ABORT ABORT | ABORT ABORT
                    IDLE_EXPIRED, PONG_EXPIRED | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED            | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    STOP_READING               | CLOSE_SENT    | -    | ---- | OPEN  OPEN  | OPEN  OPEN
                    RELEASED                   | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN

                    CLOSED: it cannot fail; only the end of TCP is left, by the client too at the deadline
                    OPENED, PING, PING_EXPIRED | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE, BACKGROUND          | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    LINGER, ACKNOWLEDGED       | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    RESET                      | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    BARRIER_PONG, PONG         | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE_RECEIVED, VIOLATED   | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    ANSWER, ANSWER_EXPIRED     | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    IDLE_EXPIRED, PONG_EXPIRED | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED, FAIL      | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    STOP_READING, RELEASED     | CLOSED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    PEER_ENDED                 | CLOSED        | -    | ---- | CLOSE CLOSE | OPEN  OPEN
                    BROKEN                     | CLOSED        | -    | ---- | CLOSE CLOSE | CLOSE CLOSE
                    ABORT, DRAINED_TOO_MUCH    | CLOSED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_ALL_SENT     | CLOSED        | -    | ---- | ABORT CLOSE | ABORT CLOSE
                    CLOSE_EXPIRED_UNSENT       | CLOSED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | CLOSED        | -    | ---- | ABORT ABORT | ABORT ABORT

                    FAILED: only the end of TCP is left
                    OPENED, PING, PING_EXPIRED | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE, BACKGROUND          | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    LINGER, ACKNOWLEDGED       | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    RESET                      | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    BARRIER_PONG, PONG         | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE_RECEIVED, VIOLATED   | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    ANSWER, ANSWER_EXPIRED     | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    IDLE_EXPIRED, PONG_EXPIRED | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED, FAIL      | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    STOP_READING, RELEASED     | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    PEER_ENDED                 | FAILED        | -    | ---- | CLOSE CLOSE | OPEN  OPEN
                    BROKEN                     | FAILED        | -    | ---- | CLOSE CLOSE | CLOSE CLOSE
                    ABORT, DRAINED_TOO_MUCH    | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_ALL_SENT     | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_UNSENT       | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT

                    RELEASED: nothing happens any more, and nothing but the transport's state could change
                    OPENED, PING, PING_EXPIRED | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE, BACKGROUND          | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    LINGER, ACKNOWLEDGED       | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    RESET                      | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    BARRIER_PONG, PONG         | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    CLOSE_RECEIVED, VIOLATED   | FAILED        | -    | ---A | END   OPEN  | OPEN  OPEN
                    ANSWER, ANSWER_EXPIRED     | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    IDLE_EXPIRED, PONG_EXPIRED | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    MESSAGE_EXPIRED, FAIL      | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    STOP_READING, RELEASED     | FAILED        | -    | ---- | END   OPEN  | OPEN  OPEN
                    PEER_ENDED                 | FAILED        | -    | ---- | CLOSE CLOSE | OPEN  OPEN
                    BROKEN                     | FAILED        | -    | ---- | CLOSE CLOSE | CLOSE CLOSE
                    ABORT, DRAINED_TOO_MUCH    | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_ALL_SENT     | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    CLOSE_EXPIRED_UNSENT       | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    SEND_EXPIRED               | FAILED        | -    | ---- | ABORT ABORT | ABORT ABORT
                    """;

    /** Each cause in each state; what is expected has the columns of the table. */
    private static Stream<Arguments> rows() {
        List<Arguments> rows = new ArrayList<>();
        Start start = null;
        for (String line : TABLE.lines().skip(1).filter(text -> !text.isBlank()).toList()) {
            if (line.contains(":")) {
                start = Start.valueOf(line.substring(0, line.indexOf(':')));
            } else {
                String[] columns = line.split("\\|", 2);
                for (String cause : columns[0].split(",")) {
                    rows.add(Arguments.of(start, Cause.valueOf(cause.strip()), columns[1]));
                }
            }
        }
        return rows.stream();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void everyCauseInEveryState(Start start, Cause cause, String expected) {
        for (boolean variant : new boolean[] { true, false }) {
            WebSocketProtocol server = in(start, Role.SERVER);
            WebSocketProtocol client = in(start, Role.CLIENT);
            String frame = shown(happen(server, cause, variant));
            assertEquals(frame, shown(happen(client, cause, variant)));
            String may = may(server);
            assertEquals(may, may(client));
            OutputState[] output = { server.outputState(true), client.outputState(true),
                server.outputState(false), client.outputState(false) };
            CloseState next = stateOf(server);
            assertEquals(next, stateOf(client));
            assertEquals(expected.strip(), String.format("%-13s | %-4s | %s | %-5s %-5s | %-5s %-5s", next,
                    frame, may, output[0], output[1], output[2], output[3]).strip());
        }
    }

    @Test
    void theTableIsWhole() {
        Map<Object, List<Cause>> causes = rows().collect(Collectors.groupingBy(row -> row.get()[0],
                Collectors.mapping(row -> (Cause) row.get()[1], Collectors.toList())));
        assertEquals(Set.copyOf(EnumSet.allOf(Start.class)), causes.keySet());
        causes.forEach((start, all) -> assertEquals(List.of(Cause.values()), all.stream().sorted().toList(),
                start::toString));
    }

    /** The table of {@link CloseState}, with its columns; a hyphen means that the state stays. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            CLOSE,          CLOSE_SENT,    -,          -,      -, -
            ACKNOWLEDGED,   AWAITING_PONG, -,          -,      -, -
            RESET,          FAILED,        -,          -,      -, -
            BARRIER_PONG,   -,             CLOSE_SENT, -,      -, -
            CLOSE_RECEIVED, CLOSED,        CLOSED,     CLOSED, -, -
            VIOLATED,       FAILED,        FAILED,     FAILED, -, -
            PEER_ENDED,     FAILED,        FAILED,     FAILED, -, -
            BROKEN,         FAILED,        FAILED,     FAILED, -, -
            ABORT,          FAILED,        FAILED,     FAILED, -, -
            """)
    void theTransitionsOfCloseState(Cause cause, String open, String awaitingPong, String closeSent,
            String closed, String failed) {
        Map<CloseState, String> next = Map.of(CloseState.OPEN, open, CloseState.AWAITING_PONG, awaitingPong,
                CloseState.CLOSE_SENT, closeSent, CloseState.CLOSED, closed, CloseState.FAILED, failed);
        next.forEach((state, expected) -> {
            WebSocketProtocol protocol = in(Start.valueOf(state.name()), Role.SERVER);
            happen(protocol, cause, true);
            protocol.answerClose(NOW);
            assertEquals(expected.equals("-") ? state.name() : expected, stateOf(protocol).name(),
                    state::name);
        });
    }

    private static WebSocketProtocol in(Start start, Role role) {
        return in(start, role, CloseMode.HALF_CLOSE);
    }

    private static WebSocketProtocol in(Start start, Role role, CloseMode preset) {
        WebSocketProtocol protocol = new WebSocketProtocol(role,
                ConnectionOptions.SERVER.withTimeouts(TIMEOUTS).withCloseMode(preset), 1, NOW);
        protocol.deadlines().arrivals().messageUnfinished(1, 5000, NOW);
        if (start == Start.CONNECTING) {
            return protocol;
        }
        protocol.opened(NOW);
        switch (start) {
            case CONNECTING, OPEN -> {
                // It is so by now.
            }
            case OPEN_CLOSE_RECEIVED -> protocol.closeReceived(THEIRS, NOW);
            case OPEN_VIOLATED -> protocol.violated(BROKEN_RULE, NOW);
            case AWAITING_PONG -> close(protocol, CloseMode.ACKNOWLEDGED);
            case AWAITING_PONG_CLOSE_RECEIVED -> {
                close(protocol, CloseMode.ACKNOWLEDGED);
                protocol.closeReceived(THEIRS, NOW);
            }
            case AWAITING_PONG_VIOLATED -> {
                close(protocol, CloseMode.ACKNOWLEDGED);
                protocol.violated(BROKEN_RULE, NOW);
            }
            case CLOSE_SENT -> close(protocol, preset);
            case CLOSED -> {
                protocol.closeReceived(THEIRS, NOW);
                protocol.answerClose(NOW);
            }
            case FAILED -> protocol.fail(FAILURE, NOW);
            case RELEASED -> protocol.released(TcpEnd.BROKEN, true, NOW);
        }
        return protocol;
    }

    private static Optional<ControlFrame> close(WebSocketProtocol protocol, CloseMode mode) {
        return protocol.close(OURS, mode, NOW);
    }

    /** The pong of the first ping, which is the barrier's in a state that has one. */
    private static Answered barrierPong(WebSocketProtocol protocol) {
        return protocol.pong(ByteBuffer.allocate(Long.BYTES).putLong(0, 1), NOW);
    }

    /** @param variant of what makes no difference: whether all was sent, and how TCP ended */
    private static Optional<ControlFrame> happen(WebSocketProtocol protocol, Cause cause, boolean variant) {
        return switch (cause) {
            case OPENED -> without(() -> protocol.opened(NOW));
            case PING -> protocol.ping(new CompletableFuture<>(), NOW);
            case CLOSE -> close(protocol, CloseMode.HALF_CLOSE);
            case BACKGROUND -> close(protocol, CloseMode.BACKGROUND);
            case LINGER -> close(protocol, LINGER);
            case ACKNOWLEDGED -> close(protocol, CloseMode.ACKNOWLEDGED);
            case RESET -> close(protocol, CloseMode.RESET);
            case ABORT -> without(() -> protocol.abort(NOW));
            case BARRIER_PONG -> Optional.ofNullable(barrierPong(protocol).close());
            case PONG -> Optional
                    .ofNullable(protocol.pong(ByteBuffer.wrap(new byte[variant ? 0 : 8]), NOW).close());
            case CLOSE_RECEIVED -> protocol.closeReceived(THEIRS, NOW);
            case VIOLATED -> protocol.violated(BROKEN_RULE, NOW);
            case ANSWER -> protocol.answerClose(NOW);
            case PEER_ENDED -> protocol.peerEnded(NOW);
            case BROKEN -> protocol.ioFailed(CAUSE, NOW);
            case DRAINED_TOO_MUCH -> without(protocol::drainedTooMuch);
            case FAIL -> protocol.fail(FAILURE, NOW);
            case CLOSE_EXPIRED_ALL_SENT -> protocol.expired(Kind.CLOSE, true, NOW);
            case CLOSE_EXPIRED_UNSENT -> protocol.expired(Kind.CLOSE, false, NOW);
            case SEND_EXPIRED -> protocol.expired(Kind.SEND, variant, NOW);
            case ANSWER_EXPIRED -> protocol.expired(Kind.ANSWER, variant, NOW);
            case IDLE_EXPIRED -> protocol.expired(Kind.IDLE, variant, NOW);
            case PONG_EXPIRED -> protocol.expired(Kind.PONG, variant, NOW);
            case MESSAGE_EXPIRED -> protocol.expired(Kind.MESSAGE, variant, NOW);
            case PING_EXPIRED -> protocol.expired(Kind.PING, variant, NOW);
            case STOP_READING -> without(() -> protocol.stopReading(NOW));
            case RELEASED -> without(
                    () -> protocol.released(variant ? TcpEnd.FIN_EXCHANGED : TcpEnd.RESET, variant, NOW));
        };
    }

    private static Optional<ControlFrame> without(Runnable cause) {
        cause.run();
        return Optional.empty();
    }

    private static String shown(Optional<ControlFrame> frame) {
        return frame.map(control -> control.opcode() == Opcode.CLOSE
                ? Short.toString(control.payload().getShort(0))
                : control.opcode().toString()).orElse("-");
    }

    private static String may(WebSocketProtocol protocol) {
        return (protocol.takesMessages() ? "M" : "-") + (protocol.answersPings() ? "P" : "-")
                + (protocol.isReading() ? "R" : "-") + (protocol.isAnswerDue() ? "A" : "-");
    }

    /** The state as it shows; asking ends the connection. */
    private static CloseState stateOf(WebSocketProtocol protocol) {
        if (protocol.isOver()) {
            return info(protocol).cause().isEmpty() ? CloseState.CLOSED : CloseState.FAILED;
        }
        if (protocol.readyState() != ReadyState.CLOSING) {
            return CloseState.OPEN;
        }
        return protocol.answersPings() ? CloseState.AWAITING_PONG : CloseState.CLOSE_SENT;
    }

    private static CloseInfo info(WebSocketProtocol protocol) {
        return protocol.released(TcpEnd.FIN_EXCHANGED, true, NOW);
    }

    // ---- what the application and the transport see -------------------------------------------------------

    @ParameterizedTest
    @CsvSource({ "CONNECTING, CONNECTING", "OPEN, OPEN", "OPEN_CLOSE_RECEIVED, OPEN", "OPEN_VIOLATED, OPEN",
        "AWAITING_PONG, CLOSING", "AWAITING_PONG_CLOSE_RECEIVED, CLOSING", "AWAITING_PONG_VIOLATED, CLOSING",
        "CLOSE_SENT, CLOSING", "CLOSED, CLOSING", "FAILED, CLOSING", "RELEASED, CLOSED" })
    void theApplicationSeesTheReadyState(Start start, ReadyState readyState) {
        assertEquals(readyState, in(start, Role.SERVER).readyState());
    }

    @ParameterizedTest
    @EnumSource
    void pendingOutputKeepsTcpOpenUnlessNothingCanLeave(Start start) {
        for (Role role : Role.values()) {
            WebSocketProtocol protocol = in(start, role);
            assertEquals(OutputState.OPEN, protocol.outputState(false));
            protocol.peerEnded(NOW);
            assertEquals(OutputState.OPEN, protocol.outputState(false));
            protocol.ioFailed(CAUSE, NOW);
            assertEquals(OutputState.CLOSE, protocol.outputState(false));
            protocol.abort(NOW);
            assertEquals(OutputState.ABORT, protocol.outputState(false));
        }
    }

    /** Section 7.1.1: the FIN of a peer whose Close frame is not answered yet does not end TCP. */
    @ParameterizedTest
    @EnumSource
    void aPeerThatEndedAfterItsCloseFrameIsAnsweredFirst(Role role) {
        WebSocketProtocol protocol = in(Start.OPEN_CLOSE_RECEIVED, role);
        protocol.peerEnded(NOW);
        assertEquals(OutputState.OPEN, protocol.outputState(true));
        assertEquals("3000", shown(protocol.answerClose(NOW)));
        assertEquals(OutputState.OPEN, protocol.outputState(false), "our Close frame is pending");
        assertEquals(OutputState.CLOSE, protocol.outputState(true));
        assertTrue(info(protocol).clean());
    }

    // ---- the control frames -------------------------------------------------------------------------------

    /** Section 5.5.1: the code as two bytes, then the reason in UTF-8. */
    @Test
    void aCloseFrameCarriesTheCodeAndTheReason() {
        ControlFrame frame = close(in(Start.OPEN, Role.CLIENT), CloseMode.HALF_CLOSE).orElseThrow();
        assertEquals(Opcode.CLOSE, frame.opcode());
        assertEquals(ByteBuffer.wrap(OURS.payload()), frame.payload());
    }

    @Test
    void aCloseFrameWithoutACodeIsAnsweredWithoutOne() {
        WebSocketProtocol protocol = in(Start.OPEN, Role.SERVER);
        protocol.closeReceived(CloseStatus.NONE, NOW);
        assertEquals(0, protocol.answerClose(NOW).orElseThrow().payload().remaining());
        CloseInfo info = info(protocol);
        assertEquals(Optional.of(CloseStatus.NONE), info.received());
        assertEquals(Optional.of(CloseStatus.NONE), info.sent());
    }

    @Test
    void theReasonOfAFailureIsSentToThePeer() {
        ControlFrame frame = in(Start.OPEN, Role.SERVER).fail(FAILURE, NOW).orElseThrow();
        assertEquals(ByteBuffer.wrap(new CloseStatus(1013, "failure").payload()), frame.payload());
    }

    @ParameterizedTest
    @CsvSource({ "IDLE, 1001, idle", "PONG, 1011, no pong", "MESSAGE, 1008, message too slow" })
    void aTimeOutIsSentToThePeer(Kind kind, int code, String reason) {
        ControlFrame frame = in(Start.OPEN, Role.SERVER).expired(kind, true, NOW).orElseThrow();
        assertEquals(ByteBuffer.wrap(new CloseStatus(code, reason).payload()), frame.payload());
    }

    /** Section 5.5.3: a pong carries the payload of its ping. */
    @Test
    void aPongAnswersItsPingAndThoseBefore() {
        WebSocketProtocol protocol = in(Start.OPEN, Role.CLIENT);
        CompletableFuture<Duration> first = new CompletableFuture<>();
        CompletableFuture<Duration> second = new CompletableFuture<>();
        protocol.ping(first, NOW);
        ControlFrame ping = protocol.ping(second, NOW).orElseThrow();
        Answered answered = protocol.pong(ping.payload(), NOW);
        assertEquals(List.of(first, second), answered.pings().stream().map(Ping::answer).toList());
        assertNull(answered.close());
        assertFalse(first.isDone(), "the caller completes it");
    }

    @Test
    void pingsThatNoPongAnswersAreDroppedForTheCallerToFail() {
        WebSocketProtocol protocol = in(Start.OPEN, Role.CLIENT);
        CompletableFuture<Duration> answer = new CompletableFuture<>();
        protocol.ping(answer, NOW);
        info(protocol);
        assertEquals(List.of(answer), protocol.dropPings().stream().map(Ping::answer).toList());
        assertEquals(List.of(), protocol.dropPings());
    }

    // ---- the barrier of ACKNOWLEDGED ----------------------------------------------------------------------

    @Test
    void thePongReleasesTheHeldCloseFrameOnce() {
        WebSocketProtocol protocol = in(Start.AWAITING_PONG, Role.CLIENT);
        assertEquals("4000", shown(Optional.of(barrierPong(protocol).close())));
        assertNull(barrierPong(protocol).close());
        assertEquals("ACKNOWLEDGED", info(protocol).outcome());
    }

    @Test
    void thePongOfAPingBeforeTheBarrierReleasesNothing() {
        WebSocketProtocol protocol = in(Start.OPEN, Role.CLIENT);
        ControlFrame before = protocol.ping(new CompletableFuture<>(), NOW).orElseThrow();
        ControlFrame barrier = close(protocol, CloseMode.ACKNOWLEDGED).orElseThrow();
        assertNull(protocol.pong(before.payload(), NOW).close());
        assertEquals("4000", shown(Optional.of(protocol.pong(barrier.payload(), NOW).close())));
    }

    @Test
    void thePongOfTheBarrierAnswersThePingsBeforeItToo() {
        WebSocketProtocol protocol = in(Start.OPEN, Role.CLIENT);
        CompletableFuture<Duration> before = new CompletableFuture<>();
        protocol.ping(before, NOW);
        ControlFrame barrier = close(protocol, CloseMode.ACKNOWLEDGED).orElseThrow();
        Answered answered = protocol.pong(barrier.payload(), NOW);
        assertEquals(2, answered.pings().size());
        assertSame(before, answered.pings().getFirst().answer());
    }

    /** It may have been sent before the peer read anything. */
    @Test
    void thePeersCloseFrameIsAnsweredWithTheHeldOneAndAcknowledgesNothing() {
        WebSocketProtocol protocol = in(Start.AWAITING_PONG_CLOSE_RECEIVED, Role.CLIENT);
        assertEquals("4000", shown(protocol.answerClose(NOW)));
        CloseInfo info = info(protocol);
        assertEquals(Optional.of(OURS), info.sent());
        assertEquals(Optional.of(THEIRS), info.received());
        assertEquals("FIN_EXCHANGED", info.outcome());
        assertEquals(Initiator.APPLICATION, info.initiator());
    }

    @ParameterizedTest
    @EnumSource(names = { "ANSWER", "FAIL", "PEER_ENDED", "BROKEN", "ABORT" })
    void aPongOfTheBarrierCountsAlsoAfterTheEnd(Cause end) {
        WebSocketProtocol protocol = in(Start.AWAITING_PONG_CLOSE_RECEIVED, Role.CLIENT);
        happen(protocol, end, true);
        barrierPong(protocol);
        assertEquals("ACKNOWLEDGED", protocol.released(TcpEnd.RESET, false, NOW).outcome());
    }

    // ---- the close modes ----------------------------------------------------------------------------------

    /** What the transport does once all output is produced: after our close, after both, after a failure. */
    @ParameterizedTest
    @CsvSource(textBlock = """
                        half-close,   SERVER, OPEN,  END,   END
                        half-close,   CLIENT, OPEN,  OPEN,  OPEN
                        acknowledged, SERVER, OPEN,  END,   END
                        acknowledged, CLIENT, OPEN,  OPEN,  OPEN
                        background,   SERVER, CLOSE, CLOSE, CLOSE
                        background,   CLIENT, CLOSE, CLOSE, CLOSE
                        linger:5s,    SERVER, CLOSE, CLOSE, CLOSE
                        linger:5s,    CLIENT, CLOSE, CLOSE, CLOSE
            """)
    void theModeDecidesWhenTcpIsClosed(String mode, Role role, OutputState closed, OutputState both,
            OutputState failed) {
        WebSocketProtocol protocol = in(Start.OPEN, role);
        close(protocol, CloseMode.parse(mode));
        barrierPong(protocol);
        assertEquals(closed, protocol.outputState(true));
        assertEquals(OutputState.OPEN, protocol.outputState(false), "our Close frame is pending");
        protocol.closeReceived(THEIRS, NOW);
        assertEquals(both, protocol.outputState(true));
        assertEquals(OutputState.OPEN, protocol.outputState(false));
        WebSocketProtocol other = in(Start.OPEN, role);
        close(other, CloseMode.parse(mode));
        other.fail(FAILURE, NOW);
        assertEquals(failed, other.outputState(true), "it never goes back");
    }

    /** The mode of the connection, when the peer begins, and when the connection fails before any close. */
    @ParameterizedTest
    @CsvSource(textBlock = """
                        half-close,   END,   END
                        acknowledged, END,   END
                        reset,        END,   END
                        background,   CLOSE, END
                        linger:5s,    CLOSE, END
            """)
    void thePresetModeHoldsWhereItCan(String mode, OutputState peerBegan, OutputState failed) {
        WebSocketProtocol protocol = in(Start.CLOSED, Role.SERVER, CloseMode.parse(mode));
        assertEquals(peerBegan, protocol.outputState(true));
        WebSocketProtocol other = in(Start.FAILED, Role.SERVER, CloseMode.parse(mode));
        assertEquals(failed, other.outputState(true), "the peer is to read why");
        assertEquals(Optional.empty(), other.lingerTime());
    }

    @Test
    void onlyLingerLingers() {
        WebSocketProtocol protocol = in(Start.CLOSE_SENT, Role.SERVER, LINGER);
        assertEquals(Optional.of(Duration.ofSeconds(5)), protocol.lingerTime());
        protocol.ioFailed(CAUSE, NOW);
        assertEquals(Optional.empty(), protocol.lingerTime(), "no byte moves that could be waited for");
        assertEquals(Optional.empty(), in(Start.CLOSE_SENT, Role.SERVER, CloseMode.BACKGROUND).lingerTime());
        assertEquals(Optional.empty(), in(Start.OPEN, Role.SERVER, LINGER).lingerTime());
        assertEquals(Optional.of(Duration.ofSeconds(5)), in(Start.CLOSED, Role.SERVER, LINGER).lingerTime(),
                "also if the peer began");
    }

    // ---- what onClose reports -----------------------------------------------------------------------------

    @Test
    void theApplicationBegan() {
        WebSocketProtocol protocol = in(Start.CLOSE_SENT, Role.CLIENT);
        protocol.closeReceived(THEIRS, NOW);
        assertEquals(new CloseInfo(Optional.of(THEIRS), Optional.of(OURS), Initiator.APPLICATION,
                Optional.empty(), TcpEnd.FIN_EXCHANGED), info(protocol));
    }

    @Test
    void thePeerBegan() {
        assertEquals(new CloseInfo(Optional.of(THEIRS), Optional.of(THEIRS), Initiator.PEER, Optional.empty(),
                TcpEnd.FIN_EXCHANGED), info(in(Start.CLOSED, Role.CLIENT)));
    }

    /** The answer to the peer's Close frame was not queued yet, so the application's takes its place. */
    @Test
    void aCloseAfterThePeersIsTheApplicationsWithItsOwnCode() {
        WebSocketProtocol protocol = in(Start.OPEN_CLOSE_RECEIVED, Role.CLIENT);
        close(protocol, CloseMode.HALF_CLOSE);
        assertEquals(new CloseInfo(Optional.of(THEIRS), Optional.of(OURS), Initiator.APPLICATION,
                Optional.empty(), TcpEnd.FIN_EXCHANGED), info(protocol));
    }

    @ParameterizedTest
    @CsvSource({ "CLOSE, APPLICATION", "ACKNOWLEDGED, APPLICATION", "RESET, APPLICATION",
        "ABORT, APPLICATION", "FAIL, LIBRARY", "IDLE_EXPIRED, LIBRARY", "CLOSE_EXPIRED_UNSENT, LIBRARY",
        "PEER_ENDED, PEER", "BROKEN, PEER", "PING, LIBRARY" })
    void theFirstCauseIsTheInitiator(Cause first, Initiator initiator) {
        WebSocketProtocol protocol = in(Start.OPEN, Role.SERVER);
        happen(protocol, first, true);
        protocol.fail(FAILURE, NOW);
        protocol.peerEnded(NOW);
        assertEquals(initiator, info(protocol).initiator());
    }

    @Test
    void theFirstFailureIsTheCause() {
        WebSocketProtocol protocol = in(Start.FAILED, Role.CLIENT);
        protocol.ioFailed(new IOException("second"), NOW);
        CloseInfo info = info(protocol);
        assertEquals(Optional.of(CAUSE), info.cause());
        assertEquals(Initiator.LIBRARY, info.initiator());
    }

    @Test
    void aFailureAfterCloseKeepsTheApplicationAsInitiator() {
        WebSocketProtocol protocol = in(Start.CLOSE_SENT, Role.SERVER);
        protocol.fail(FAILURE, NOW);
        CloseInfo info = info(protocol);
        assertEquals(Initiator.APPLICATION, info.initiator());
        assertEquals(Optional.of(CAUSE), info.cause());
        assertEquals(Optional.of(OURS), info.sent());
    }

    @ParameterizedTest
    @EnumSource(names = { "OPEN", "OPEN_CLOSE_RECEIVED" })
    void aCloseFrameThatWasNotAnsweredBeforeAFailureIsNotReceived(Start start) {
        WebSocketProtocol protocol = in(start, Role.SERVER);
        protocol.fail(FAILURE, NOW);
        protocol.closeReceived(THEIRS, NOW);
        CloseInfo info = info(protocol);
        assertEquals(Optional.empty(), info.received());
        assertEquals(Optional.of(new CloseStatus(1013, "failure")), info.sent());
        assertFalse(info.clean());
    }

    /** The end of TCP answers it at last, so that its code is reported; but no frame can leave. */
    @Test
    void aCloseFrameThatWasNeverAnsweredIsReceived() {
        CloseInfo info =
                in(Start.OPEN_CLOSE_RECEIVED, Role.SERVER).released(TcpEnd.RESET, false, NOW);
        assertEquals(Optional.of(THEIRS), info.received());
        assertEquals(Optional.empty(), info.sent());
        assertEquals(Initiator.PEER, info.initiator());
    }

    @Test
    void aCloseFrameThatHasNotLeftWasNotSent() {
        CloseInfo info = in(Start.CLOSED, Role.SERVER).released(TcpEnd.BROKEN, false, NOW);
        assertEquals(Optional.empty(), info.sent());
        assertFalse(info.clean());
    }

    @Test
    void aConnectionThatIsCutWhileOpenHasThatAsItsCause() {
        WebSocketProtocol protocol = in(Start.OPEN, Role.SERVER);
        CloseInfo info = protocol.released(TcpEnd.RESET, false, NOW);
        assertEquals("the connection was cut", info.cause().orElseThrow().getMessage());
        assertEquals(Initiator.LIBRARY, info.initiator());
        assertEquals("RESET", info.outcome());
        assertSame(info.cause().get(), protocol.takeUnreported().cause());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                        RESET,               DEADLINE
                        CLOSED_FIRST,        DEADLINE
                        FIN_EXCHANGED,       FIN_EXCHANGED
                        LINGER_ACKNOWLEDGED, LINGER_ACKNOWLEDGED
                        LINGER_EXPIRED,      LINGER_EXPIRED
                        BROKEN,              BROKEN
            """)
    void aDeadlineIsTheOutcomeIfItCutTheConnection(TcpEnd ending, String outcome) {
        WebSocketProtocol unanswered = in(Start.CLOSE_SENT, Role.SERVER);
        unanswered.expired(Kind.CLOSE, true, NOW);
        assertEquals(outcome, unanswered.released(ending, true, NOW).outcome());
        WebSocketProtocol unsent = in(Start.OPEN, Role.SERVER);
        unsent.expired(Kind.SEND, false, NOW);
        assertEquals(outcome, unsent.released(ending, true, NOW).outcome());
        WebSocketProtocol inTime = in(Start.CLOSED, Role.SERVER);
        assertEquals(ending.name(), inTime.released(ending, true, NOW).outcome());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RESET")
    void aModeThatDoesNotWaitIsTheCauseAndIsNotReported(TcpEnd ending) {
        for (CloseMode mode : List.of(CloseMode.BACKGROUND, LINGER)) {
            WebSocketProtocol protocol = in(Start.CLOSE_SENT, Role.SERVER, mode);
            CloseInfo info = protocol.released(ending, true, NOW);
            assertEquals("closed without waiting for the peer's Close frame, in mode " + mode,
                    info.cause().orElseThrow().getMessage());
            assertEquals(Initiator.APPLICATION, info.initiator());
            assertEquals(ending.name(), info.outcome());
            assertNull(protocol.takeUnreported());
        }
    }

    @ParameterizedTest
    @CsvSource({ "background, RESET", "half-close, CLOSED_FIRST", "half-close, RESET" })
    void beingCutIsNotTheModesDoing(String mode, TcpEnd ending) {
        WebSocketProtocol protocol = in(Start.CLOSE_SENT, Role.SERVER, CloseMode.parse(mode));
        assertEquals("the connection was cut",
                protocol.released(ending, true, NOW).cause().orElseThrow().getMessage());
        assertEquals(FailureOrigin.PEER, protocol.takeUnreported().origin());
    }

    // ---- which failures are reported ----------------------------------------------------------------------

    /** To the application, whose connection was open before. */
    @ParameterizedTest
    @CsvSource({ "FAIL, LIBRARY, IOException, cause",
        "BROKEN, PEER, IOException, cause",
        "PEER_ENDED, PEER, EOFException, the peer ended the connection without a Close frame",
        "CLOSE_EXPIRED_UNSENT, PEER, TimeoutException, the closing handshake was not over within 10 s",
        "SEND_EXPIRED, PEER, TimeoutException, the peer took nothing for 30 s",
        "IDLE_EXPIRED, PEER, TimeoutException, nothing came for 50 s",
        "PONG_EXPIRED, PEER, TimeoutException, no pong came within 7 s" })
    void aFailureIsReportedOnce(Cause cause, FailureOrigin origin, String type, String text) {
        WebSocketProtocol protocol = in(Start.OPEN, Role.SERVER);
        happen(protocol, cause, true);
        Failure failure = protocol.takeUnreported();
        assertEquals(origin, failure.origin());
        assertEquals(type, failure.cause().getClass().getSimpleName());
        assertEquals(text, failure.cause().getMessage());
        assertNull(protocol.takeUnreported());
        assertSame(failure.cause(), info(protocol).cause().orElseThrow());
        assertNull(protocol.takeUnreported(), "nor by the end of TCP");
    }

    @Test
    void aSlowMessageIsReportedWithItsBytesAndItsTime() {
        WebSocketProtocol protocol = in(Start.OPEN, Role.SERVER);
        happen(protocol, Cause.MESSAGE_EXPIRED, true);
        assertEquals("a message was not complete in time: of its payload 5,000 bytes have come, and it may"
                + " take 40 s (Timeouts.message) and 1 s more for each 4,096 bytes that come",
                protocol.takeUnreported().cause().getMessage());
    }

    @Test
    void aMissingAcknowledgementIsReportedAsThat() {
        WebSocketProtocol protocol = in(Start.AWAITING_PONG, Role.SERVER);
        happen(protocol, Cause.CLOSE_EXPIRED_ALL_SENT, true);
        assertEquals("the peer did not acknowledge within 10 s",
                protocol.takeUnreported().cause().getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = { "OPEN_VIOLATED", "AWAITING_PONG_VIOLATED" })
    void aBrokenRuleIsReportedWhenItTakesEffect(Start start) {
        WebSocketProtocol protocol = in(start, Role.SERVER);
        assertNull(protocol.takeUnreported(), "messages before it are still the application's");
        protocol.answerClose(NOW);
        Failure failure = protocol.takeUnreported();
        assertSame(BROKEN_RULE.cause(), failure.cause());
        assertEquals(FailureOrigin.PEER, failure.origin());
        assertEquals(Optional.of(BROKEN_RULE.cause()), info(protocol).cause());
    }

    /** The application has ended these itself, or the closing handshake was complete. */
    @ParameterizedTest
    @CsvSource({ "OPEN, CLOSE", "OPEN, RESET", "OPEN, ABORT", "AWAITING_PONG, ABORT",
        "CLOSE_SENT, ABORT", "OPEN_CLOSE_RECEIVED, ANSWER", "OPEN_CLOSE_RECEIVED, PEER_ENDED",
        "OPEN_CLOSE_RECEIVED, BROKEN", "OPEN_CLOSE_RECEIVED, ABORT", "CLOSE_SENT, CLOSE_RECEIVED",
        "CLOSED, FAIL", "CLOSED, BROKEN", "CLOSED, CLOSE_EXPIRED_UNSENT", "CLOSED, SEND_EXPIRED",
        "FAILED, RELEASED", "OPEN, DRAINED_TOO_MUCH" })
    void theseAreNotReported(Start start, Cause cause) {
        WebSocketProtocol protocol = in(start, Role.SERVER);
        protocol.takeUnreported();
        happen(protocol, cause, true);
        assertNull(protocol.takeUnreported());
    }

    @ParameterizedTest
    @CsvSource({ "RESET, 'reset by the application, in mode reset'",
        "ABORT, aborted by the application" })
    void aResetByTheApplicationIsTheCause(Cause reset, String text) {
        WebSocketProtocol protocol = in(Start.OPEN, Role.CLIENT);
        happen(protocol, reset, true);
        CloseInfo info = protocol.released(TcpEnd.RESET, false, NOW);
        assertEquals(text, assertInstanceOf(IOException.class, info.cause().orElseThrow()).getMessage());
        assertEquals(Initiator.APPLICATION, info.initiator());
        assertEquals("RESET", info.outcome());
    }

    /** CloseMode.RESET is abort() with another name: neither hides that the peer has closed. */
    @ParameterizedTest
    @EnumSource(names = { "RESET", "ABORT" })
    void aResetReportsTheCloseFrameThatItDoesNotAnswer(Cause reset) {
        WebSocketProtocol protocol = in(Start.OPEN_CLOSE_RECEIVED, Role.SERVER);
        happen(protocol, reset, true);
        CloseInfo info = protocol.released(TcpEnd.RESET, false, NOW);
        assertEquals(Optional.of(THEIRS), info.received());
        assertEquals(Optional.empty(), info.sent());
        assertEquals(Initiator.PEER, info.initiator());
        assertEquals(Optional.empty(), info.cause());
    }

    // ---- the deadlines ------------------------------------------------------------------------------------

    private static long seconds(long later) {
        return NOW + Duration.ofSeconds(later).toNanos();
    }

    @Test
    void anOpenConnectionHasItsIdleAndPingDeadlines() {
        assertEquals(ByteLayer.NEVER, in(Start.CONNECTING, Role.SERVER).deadlines().nextNanos());
        Deadlines deadlines = in(Start.OPEN, Role.SERVER).deadlines();
        assertEquals(seconds(50), deadlines.at(Kind.IDLE));
        assertTrue(deadlines.isSet(Kind.PING));
        assertFalse(deadlines.isSet(Kind.CLOSE));
    }

    @Test
    void aPingAwaitsItsPong() {
        WebSocketProtocol protocol = in(Start.OPEN, Role.SERVER);
        protocol.ping(new CompletableFuture<>(), NOW);
        assertEquals(seconds(7), protocol.deadlines().at(Kind.PONG));
        assertEquals(seconds(20), protocol.deadlines().at(Kind.PING));
    }

    @ParameterizedTest
    @FieldSource("CLOSING")
    void onlyTheCloseDeadlineRunsOnceClosingBegins(
            Function<WebSocketProtocol, Optional<ControlFrame>> cause) {
        WebSocketProtocol protocol = in(Start.OPEN, Role.SERVER);
        protocol.ping(new CompletableFuture<>(), NOW);
        cause.apply(protocol);
        assertEquals(seconds(10), protocol.deadlines().at(Kind.CLOSE));
        for (Kind kind : List.of(Kind.IDLE, Kind.PING, Kind.PONG, Kind.MESSAGE)) {
            assertFalse(protocol.deadlines().isSet(kind), kind.name());
        }
    }

    private static final List<Function<WebSocketProtocol, Optional<ControlFrame>>> CLOSING = List.of(
            protocol -> close(protocol, CloseMode.HALF_CLOSE),
            protocol -> close(protocol, CloseMode.ACKNOWLEDGED),
            protocol -> protocol.closeReceived(THEIRS, NOW), protocol -> protocol.violated(BROKEN_RULE, NOW),
            protocol -> protocol.fail(FAILURE, NOW), protocol -> protocol.peerEnded(NOW),
            protocol -> without(() -> protocol.stopReading(NOW)));

    /** The other half is for our Close frame to arrive. */
    @ParameterizedTest
    @EnumSource(names = { "OPEN_CLOSE_RECEIVED", "OPEN_VIOLATED", "AWAITING_PONG_CLOSE_RECEIVED" })
    void theApplicationHasHalfOfTheCloseDeadlineToAnswerWhatCame(Start start) {
        WebSocketProtocol protocol = in(start, Role.SERVER);
        assertEquals(seconds(5), protocol.deadlines().at(Kind.ANSWER));
        protocol.answerClose(NOW);
        assertFalse(protocol.deadlines().isSet(Kind.ANSWER));
        assertEquals(seconds(10), protocol.deadlines().at(Kind.CLOSE));
    }

    /** Section 5.5.1: a Close frame is the peer's last, so nothing may be late after it. */
    @ParameterizedTest
    @EnumSource(names = { "OPEN_CLOSE_RECEIVED", "OPEN_VIOLATED" })
    void aPingAfterTheEndOfTheInputAwaitsNoPong(Start start) {
        WebSocketProtocol protocol = in(start, Role.SERVER);
        protocol.ping(new CompletableFuture<>(), NOW);
        assertFalse(protocol.deadlines().isSet(Kind.PONG));
    }

    @Test
    void aCloseFrameThatIsAnsweredAtOnceSetsNoDeadlineForIt() {
        WebSocketProtocol protocol = in(Start.CLOSE_SENT, Role.SERVER);
        protocol.closeReceived(THEIRS, NOW);
        assertFalse(protocol.deadlines().isSet(Kind.ANSWER));
    }

    @ParameterizedTest
    @EnumSource(names = { "CLOSE", "SEND", "ANSWER" })
    void aDeadlineIsClearedWhenItExpires(Kind kind) {
        WebSocketProtocol protocol = in(Start.OPEN_CLOSE_RECEIVED, Role.SERVER);
        protocol.deadlines().set(kind, NOW);
        protocol.expired(kind, false, NOW);
        assertFalse(protocol.deadlines().isSet(kind));
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfTcpClearsAllDeadlines(Start start) {
        WebSocketProtocol protocol = in(start, Role.SERVER);
        protocol.deadlines().set(Kind.SEND, NOW);
        info(protocol);
        assertEquals(ByteLayer.NEVER, protocol.deadlines().nextNanos());
    }
}
