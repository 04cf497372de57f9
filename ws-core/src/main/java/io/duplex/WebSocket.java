package io.duplex;

import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import io.duplex.transport.SocketOptions;
import java.io.OutputStream;
import java.io.Writer;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSession;

/**
 * One WebSocket connection (RFC 6455), on either side. Thread-safe; the package's description states the
 * contract.
 *
 * <p>Messages arrive in one of two styles, fixed when the connection is made: as callbacks of a
 * {@link WebSocketHandler}, or by {@link #receive()}.
 */
public interface WebSocket extends AutoCloseable {
    /**
     * A number that no other connection of this server or client has had.
     *
     * @return a positive number
     */
    long id();

    /**
     * The state as the W3C API has it.
     *
     * @return the state at the moment of the call
     */
    ReadyState readyState();

    // ---- sending ------------------------------------------------------------------------------------------

    /**
     * Sends a text message.
     *
     * @param text well-formed UTF-16
     * @return what became of it
     * @throws IllegalArgumentException  if the text has an unpaired surrogate
     * @throws SendQueueFullException    if the queue is full and the policy says so
     * @throws ConnectionClosedException in blocking style, if the connection is not open; with callbacks the
     *         status says it
     */
    SendStatus send(String text);

    /**
     * Sends a binary message. The array may be reused at once.
     *
     * @param payload the message
     * @return what became of it
     * @throws SendQueueFullException    if the queue is full and the policy says so
     * @throws ConnectionClosedException as {@link #send(String)}
     */
    SendStatus send(byte[] payload);

    /**
     * Sends a binary message: the bytes from position to limit, which is then the position. The buffer may be
     * reused at once.
     *
     * @param payload the message
     * @return what became of it
     * @throws SendQueueFullException    if the queue is full and the policy says so
     * @throws ConnectionClosedException as {@link #send(String)}
     */
    SendStatus send(ByteBuffer payload);

    /**
     * Sends a message that was prepared for many connections.
     *
     * @param message the message
     * @return what became of it
     * @throws SendQueueFullException    if the queue is full and the policy says so
     * @throws ConnectionClosedException as {@link #send(String)}
     */
    SendStatus send(PreparedMessage message);

    /**
     * Sends a message that was prepared for many connections, and never waits or throws: where the policy
     * would, the message is dropped.
     *
     * @param message the message
     * @return what became of it
     */
    SendStatus trySend(PreparedMessage message);

    /**
     * Sends a message and tells when the socket has taken it.
     *
     * @param message the message
     * @return completes when the last byte was given to the operating system; fails with
     *         {@link NotSentException} if that will never be
     */
    CompletableFuture<Void> sendAsync(Message message);

    /**
     * Sends a part of a text message as a frame of its own (RFC 6455 section 5.4). Messages that other
     * threads send meanwhile leave after the last part. A part that is refused leaves the message as it was.
     *
     * @param part well-formed UTF-16, possibly empty
     * @param last whether the message ends here
     * @return what became of it
     * @throws IllegalStateException     if another message is being sent in parts
     * @throws ConnectionClosedException as {@link #send(String)}
     */
    SendStatus sendPart(String part, boolean last);

    /**
     * Sends a part of a binary message as a frame of its own; otherwise as
     * {@link #sendPart(String, boolean)}.
     *
     * @param part from position to limit, possibly empty
     * @param last whether the message ends here
     * @return what became of it
     * @throws IllegalStateException     if another message is being sent in parts
     * @throws ConnectionClosedException as {@link #send(String)}
     */
    SendStatus sendPart(ByteBuffer part, boolean last);

    /**
     * A binary message written as a stream, fragmented as its buffer fills. Writing blocks while more than
     * the high-water mark waits, and throws an {@code IOException} once the connection is not open. Closing
     * the stream ends the message, with what was written so far. Only one message is streamed at a time: the
     * first write waits for the stream before it. An interrupt of a wait is an
     * {@link java.io.InterruptedIOException}, and stays set: what was not taken is not lost, and the stream
     * can go on.
     *
     * @return a stream for one thread
     */
    OutputStream sendingStream();

    /**
     * A text message written as a stream of characters; otherwise as {@link #sendingStream()}.
     *
     * @return a writer for one thread
     */
    Writer sendingWriter();

    /**
     * Lets what was sent leave at once though a callback of this connection is still running. Without it,
     * everything that a callback sends leaves together when it returns.
     */
    void flush();

    /**
     * Returns how much waits to leave.
     *
     * @return bytes that the operating system has not taken yet: of encoded frames as they go on the wire, of
     *               messages that wait for their turn the payload
     */
    long bufferedAmount();

    // ---- pings --------------------------------------------------------------------------------------------

    /**
     * Sends a ping and awaits its pong (RFC 6455 section 5.5.2).
     *
     * @return the round-trip time; fails with {@link NotSentException} if the connection ends first
     */
    CompletableFuture<Duration> ping();

    /**
     * Sends an unsolicited pong (RFC 6455 section 5.5.3). While one waits, a newer one takes its place.
     *
     * @param payload at most 125 bytes
     * @throws IllegalArgumentException if it is longer
     */
    void sendPong(ByteBuffer payload);

    // ---- receiving ----------------------------------------------------------------------------------------

    /**
     * Takes the next message, in blocking style, and waits for it if need be. All messages that came before
     * the end are delivered first. The peer's Close frame is answered when all before it was taken and this
     * method is called again, so that the messages can be answered; at the latest after half of
     * {@link Timeouts#close}.
     *
     * @return the message; null when the peer has sent all it wanted: its Close frame has the code 1000 or
     *             1001, or none, or repeats the code with which this application has closed
     * @throws ConnectionClosedException if the connection ended otherwise, by {@link #abort()} too, so that
     *         messages may be missing or the peer reports an error. It says how, so it is thrown when TCP has
     *         ended, after {@link Timeouts#close} at the latest
     * @throws InterruptedException      if the thread is interrupted; the connection is as before, no message
     *         is lost
     * @throws IllegalStateException     if this connection has a {@link WebSocketHandler}, or a message is
     *         being read as a stream
     */
    Message receive() throws InterruptedException;

    /**
     * As {@link #receive()}, with a limit to the wait, also to the wait for another thread that receives.
     *
     * @param timeout how long to wait at most; zero or less only takes what is there
     * @return the message, or null, as {@link #receive()}
     * @throws ConnectionClosedException as {@link #receive()}
     * @throws InterruptedException      as {@link #receive()}
     * @throws TimeoutException          if none came in time; the connection is as before
     */
    Message receive(Duration timeout) throws InterruptedException, TimeoutException;

    /**
     * Takes the next message as a stream while it arrives.
     *
     * @return the message's stream, or null, as {@link #receive()}; it must be read to its end, or closed,
     *             before the next message is taken
     * @throws ConnectionClosedException as {@link #receive()}
     * @throws InterruptedException      as {@link #receive()}
     * @throws IllegalStateException     as {@link #receive()}
     */
    MessageStream receiveStream() throws InterruptedException;

    /**
     * Lets more messages (with {@link Delivery#PARTS}: more parts) in after {@link #pause()}, one by one.
     * Adds up.
     *
     * @param messages how many; positive
     * @throws IllegalArgumentException if not positive
     * @throws IllegalStateException    in blocking style, where the connection pauses by itself
     */
    void demand(long messages);

    /**
     * Stops delivery after the current callback until {@link #demand} or {@link #resume}; the peer feels
     * back-pressure.
     *
     * @throws IllegalStateException in blocking style, where the connection pauses by itself
     */
    void pause();

    /**
     * Ends {@link #pause()}: messages come as they arrive.
     *
     * @throws IllegalStateException in blocking style, where the connection pauses by itself
     */
    void resume();

    // ---- closing ------------------------------------------------------------------------------------------

    /**
     * Closes with 1000 and no reason, in the mode of {@link ConnectionOptions#closeMode}; returns at once.
     */
    @Override
    void close();

    /**
     * Starts the closing handshake (RFC 6455 section 7.1.2), behind all that was sent before, in the mode of
     * {@link ConnectionOptions#closeMode}; returns at once. Without effect if closing has begun.
     *
     * @param code   1000 to 1003, 1007 to 1014, or 3000 to 4999
     * @param reason at most 123 bytes of UTF-8
     * @throws IllegalArgumentException if the code must not be on the wire or the reason is too long
     */
    void close(int code, String reason);

    /**
     * As {@link #close(int, String)}, in another mode than {@link ConnectionOptions#closeMode}; returns at
     * once in any mode.
     *
     * @param code   as there, also where the mode sends none
     * @param reason as there
     * @param mode   how this end ends the connection
     * @throws IllegalArgumentException as there
     */
    void close(int code, String reason, CloseMode mode);

    /**
     * Closes with 1000 and waits until the connection has ended; resets it if that takes too long.
     *
     * @param timeout how long to wait at most; after it {@link #abort()}
     * @return how it ended
     * @throws InterruptedException  if interrupted while waiting; closing goes on
     * @throws IllegalStateException on a thread of the transport, which must not wait
     */
    CloseInfo closeAndWait(Duration timeout) throws InterruptedException;

    /** Resets the connection (RST), throwing away what waits; returns at once. */
    void abort();

    /**
     * How the connection ends.
     *
     * @return completes with {@code onClose}'s information, after that callback
     */
    CompletableFuture<CloseInfo> closeFuture();

    // ---- facts --------------------------------------------------------------------------------------------

    /**
     * The negotiated subprotocol (RFC 6455 section 1.9).
     *
     * @return empty if none
     */
    Optional<String> subprotocol();

    /**
     * The negotiated extensions as in the response's header, such as
     * {@code permessage-deflate; client_no_context_takeover}.
     *
     * @return possibly empty
     */
    List<String> extensions();

    /**
     * The client's handshake.
     *
     * @return the request
     */
    RequestHead request();

    /**
     * The server's handshake.
     *
     * @return the response
     */
    ResponseHead response();

    /**
     * The parameters of the endpoint's path pattern, such as {@code room} of {@code /chat/{room}}.
     *
     * @return empty on clients
     */
    Map<String, String> pathParameters();

    /**
     * This end's address.
     *
     * @return the local address
     */
    SocketAddress localAddress();

    /**
     * The peer's address.
     *
     * @return the remote address
     */
    SocketAddress remoteAddress();

    /**
     * Whether the connection runs over TLS.
     *
     * @return true for wss
     */
    boolean secure();

    /**
    /**
     * The options of this connection's socket that are in force: as the kernel has them (it rounds and caps
     * buffer sizes), and the deadlines and water marks of this connection. {@link SocketOptions#describe}
     * makes a line of them.
     *
     * @return what is in force; an option that such a socket does not have is empty
     * @throws IllegalStateException if the socket is closed: with it its options are gone
     */
    SocketOptions socketOptions();

    /**
     * The TLS session, to learn the peer's certificates, the cipher suite and the like.
     *
     * @return empty in clear
     */
    Optional<SSLSession> tlsSession();

    /**
     * A place for the application's own data.
     *
     * @return a concurrent map that lives as long as this object
     */
    Map<String, Object> attachments();
}
