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
 * One WebSocket connection (RFC 6455) of a server or a client. Thread-safe; the package's description states
 * the contract.
 *
 * <p>Messages arrive in one of two styles, fixed when the connection is made: by callbacks of a {@link
 * WebSocketHandler}, or by {@link #receive()}.
 */
public interface WebSocket extends AutoCloseable {
    /**
     * Returns a number that is unique among the connections of this server or client.
     *
     * @return a positive number
     */
    long id();

    /**
     * Returns the state as in the W3C API.
     *
     * @return the state at the moment of the call
     */
    ReadyState readyState();

    // ---- sending ------------------------------------------------------------------------------------------

    /**
     * Sends a text message.
     *
     * @param text well-formed UTF-16
     * @return the fate of the message
     * @throws IllegalArgumentException  if the text has an unpaired surrogate
     * @throws SendQueueFullException    if the queue is full and the policy says so
     * @throws ConnectionClosedException in blocking style, if the connection is not open; with callbacks
     *                                   {@link SendStatus#CLOSED} is returned instead
     */
    SendStatus send(String text);

    /**
     * Sends a binary message. The array may be reused at once.
     *
     * @param payload the message
     * @return the fate of the message
     * @throws SendQueueFullException    if the queue is full and the policy says so
     * @throws ConnectionClosedException as {@link #send(String)}
     */
    SendStatus send(byte[] payload);

    /**
     * Sends a binary message: the bytes from position to limit; the position is then the limit. The buffer
     * may be reused at once.
     *
     * @param payload the message
     * @return the fate of the message
     * @throws SendQueueFullException    if the queue is full and the policy says so
     * @throws ConnectionClosedException as {@link #send(String)}
     */
    SendStatus send(ByteBuffer payload);

    /**
     * Sends a message that was prepared for many connections.
     *
     * @param message the message
     * @return the fate of the message
     * @throws SendQueueFullException    if the queue is full and the policy says so
     * @throws ConnectionClosedException as {@link #send(String)}
     */
    SendStatus send(PreparedMessage message);

    /**
     * Sends a message that was prepared for many connections, and never waits or throws: if the policy would,
     * the message is dropped.
     *
     * @param message the message
     * @return the fate of the message
     */
    SendStatus trySend(PreparedMessage message);

    /**
     * Sends a message, and reports when the operating system has it.
     *
     * @param message the message
     * @return completes when the last byte was given to the operating system; fails with
     *         {@link NotSentException} if that will never be
     */
    CompletableFuture<Void> sendAsync(Message message);

    /**
     * Sends a part of a text message as a frame of its own (RFC 6455 section 5.4). Messages that other
     * threads send meanwhile follow the last part. A part that is refused does not affect the message.
     *
     * @param part well-formed UTF-16, possibly empty
     * @param last whether the message ends here
     * @return the fate of the message
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
     * @return the fate of the message
     * @throws IllegalStateException     if another message is being sent in parts
     * @throws ConnectionClosedException as {@link #send(String)}
     */
    SendStatus sendPart(ByteBuffer part, boolean last);

    /**
     * Returns a stream that sends one binary message, with a fragment whenever its buffer is full. Writing
     * blocks while the send queue is above its high-water mark, and throws an {@code IOException} once the
     * connection is not open. Closing the stream ends the message. Only one message is streamed at a time:
     * the first write waits for the end of the previous stream. An interrupted wait throws an {@link
     * java.io.InterruptedIOException}, and the thread stays interrupted; no data is lost, and the stream
     * remains usable.
     *
     * @return a stream for one thread
     */
    OutputStream sendingStream();

    /**
     * Returns a writer that sends one text message; otherwise as {@link #sendingStream()}.
     *
     * @return a writer for one thread
     */
    Writer sendingWriter();

    /**
     * Sends the messages of a callback of this connection at once, while it is still running. Otherwise they
     * are sent together when it returns.
     */
    void flush();

    /**
     * Returns the size of the send queue.
     *
     * @return bytes that the operating system has not accepted yet: encoded frames as on the wire, other
     *         messages with their payload
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
     * Sends an unsolicited pong (RFC 6455 section 5.5.3). A newer pong replaces one that is still pending.
     *
     * @param payload at most 125 bytes
     * @throws IllegalArgumentException if it is longer
     */
    void sendPong(ByteBuffer payload);

    // ---- receiving ----------------------------------------------------------------------------------------

    /**
     * Returns the next message, in blocking style, and waits for it if necessary. All messages before the end
     * are delivered first. The peer's Close frame is answered when all messages before it were taken and this
     * method is called again, so that they can be answered; at the latest after half of {@link
     * Timeouts#close}.
     *
     * @return the message; null if the peer has finished: its Close frame has the code 1000 or 1001, or none,
     *         or repeats the code with which this application has closed
     * @throws ConnectionClosedException if the connection ended otherwise, also by {@link #abort()}, so that
     *                                   messages may be missing or the peer reports an error. It contains the
     *                                   {@link CloseInfo}, so it is thrown when TCP has ended, after {@link
     *                                   Timeouts#close} at the latest
     * @throws InterruptedException      if the thread is interrupted; the connection is not affected, and no
     *                                   message is lost
     * @throws IllegalStateException     if this connection has a {@link WebSocketHandler}, or a message is
     *                                   being read as a stream
     */
    Message receive() throws InterruptedException;

    /**
     * As {@link #receive()}, with a time-out, which includes the wait for another thread that is receiving.
     *
     * @param timeout the maximum wait; zero or less to return only a message that is available now
     * @return the message, or null, as {@link #receive()}
     * @throws ConnectionClosedException as {@link #receive()}
     * @throws InterruptedException      as {@link #receive()}
     * @throws TimeoutException          if no message arrived in time; the connection is not affected
     */
    Message receive(Duration timeout) throws InterruptedException, TimeoutException;

    /**
     * Returns the next message as a stream while it arrives.
     *
     * @return the message's stream, or null, as {@link #receive()}; it must be read to its end, or closed,
     *             before the next message is taken
     * @throws ConnectionClosedException as {@link #receive()}
     * @throws InterruptedException      as {@link #receive()}
     * @throws IllegalStateException     as {@link #receive()}
     */
    MessageStream receiveStream() throws InterruptedException;

    /**
     * Requests more messages (with {@link Delivery#PARTS}: more parts) after {@link #pause()}. Demands add
     * up.
     *
     * @param messages how many; positive
     * @throws IllegalArgumentException if not positive
     * @throws IllegalStateException    in blocking style, where the connection pauses by itself
     */
    void demand(long messages);

    /**
     * Stops delivery after the current callback until {@link #demand} or {@link #resume}, with back-pressure
     * for the peer.
     *
     * @throws IllegalStateException in blocking style, where the connection pauses by itself
     */
    void pause();

    /**
     * Ends {@link #pause()}: messages are delivered as they arrive.
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
     * Starts the closing handshake (RFC 6455 section 7.1.2), after all earlier messages, in the mode of
     * {@link ConnectionOptions#closeMode}; returns at once. No effect if the connection is already closing.
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
     * @param code   as there, also if the mode sends none
     * @param reason as there
     * @param mode   how the connection is closed
     * @throws IllegalArgumentException as there
     */
    void close(int code, String reason, CloseMode mode);

    /**
     * Closes with 1000 and waits until the connection has ended; resets it if that takes too long.
     *
     * @param timeout the maximum wait, followed by {@link #abort()}
     * @return how it ended
     * @throws InterruptedException if interrupted while waiting; closing continues
     * @throws IllegalStateException on a thread of the transport, which must not wait
     */
    CloseInfo closeAndWait(Duration timeout) throws InterruptedException;

    /** Resets the connection (RST) and discards pending output; returns at once. */
    void abort();

    /**
     * Returns the future of the connection's end.
     *
     * @return completes with {@code onClose}'s information, after that callback
     */
    CompletableFuture<CloseInfo> closeFuture();

    // ---- facts --------------------------------------------------------------------------------------------

    /**
     * Returns the negotiated subprotocol (RFC 6455 section 1.9).
     *
     * @return empty if none
     */
    Optional<String> subprotocol();

    /**
     * Returns the negotiated extensions as in the response's header, such as {@code permessage-deflate;
     * client_no_context_takeover}.
     *
     * @return possibly empty
     */
    List<String> extensions();

    /**
     * Returns the client's handshake.
     *
     * @return the request
     */
    RequestHead request();

    /**
     * Returns the server's handshake.
     *
     * @return the response
     */
    ResponseHead response();

    /**
     * Returns the parameters of the endpoint's path pattern, such as {@code room} of {@code /chat/{room}}.
     *
     * @return empty on clients
     */
    Map<String, String> pathParameters();

    /**
     * Returns the local address.
     *
     * @return the local address
     */
    SocketAddress localAddress();

    /**
     * Returns the peer's address.
     *
     * @return the remote address
     */
    SocketAddress remoteAddress();

    /**
     * Returns whether the connection runs over TLS.
     *
     * @return true for wss
     */
    boolean secure();

    /**
    /**
     * Returns the socket options in force: those of the kernel (which rounds and caps buffer sizes), and the
     * deadlines and water marks of this connection. {@link SocketOptions#describe} formats them as a line.
     *
     * @return the effective options; an option that such a socket does not have is empty
     * @throws IllegalStateException if the socket is closed
     */
    SocketOptions socketOptions();

    /**
     * Returns the TLS session, with the peer's certificates, the cipher suite and so on.
     *
     * @return empty in clear
     */
    Optional<SSLSession> tlsSession();

    /**
     * Returns a map for the application's own data.
     *
     * @return a concurrent map that lives as long as this object
     */
    Map<String, Object> attachments();
}
