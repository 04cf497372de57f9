package io.duplex.transport;

import java.net.SocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** What a {@link ByteLayer} may ask of the transport below it. Every method may be called from any thread. */
public interface LayerHost {
    /**
     * There is something to produce, or {@link ByteLayer#outputState} or {@link ByteLayer#nextDeadlineNanos}
     * has changed. For output the layer calls it once for a burst, not again before {@link ByteLayer#produce}
     * has returned false; for a changed state or deadline it calls in any case. Inside a receiving call the
     * transport acts when that call returns, so that everything a callback sent leaves together.
     */
    void outputReady();

    /** {@link ByteLayer#wantsRead} has turned true outside a receiving call. */
    void inputReady();

    /**
     * Runs a task as a receiving call of this connection: alone, in order, and then with the same looks at
     * the layer's state as after every receiving call. Never runs it inside this call. After
     * {@link ByteLayer#released} the task is dropped.
     *
     * @param task what to run; what it throws ends the connection
     */
    void execute(Runnable task);

    /**
     * Acts on output that waits even though a receiving call is under way on this connection, for a callback
     * that goes on working after it has sent.
     */
    void flush();

    /**
     * Whether {@link #flush}, on the current thread, writes before it returns, and the layer's output is
     * produced on no other thread. Then a layer may offer bytes that are lent to it for the current call
     * ({@link OutputBatch#referenceLent}).
     *
     * @return false by default
     */
    default boolean writesAtOnce() {
        return false;
    }

    /**
     * What may be done in this turn. Receiving calls charge it and return when it is spent; the transport
     * renews it when a turn begins. A host on top of another one passes the question on, so all layers of a
     * connection share one budget. By default a new one for each question, for hosts that carry one
     * connection only.
     *
     * @return the budget of the receiving call under way; for receiving calls only
     */
    default WorkBudget budget() {
        return new WorkBudget();
    }

    /**
     * Whether the current thread is one that moves bytes or runs callbacks for this transport, and so must
     * not wait for this or another connection's progress.
     *
     * @return true on an event loop and inside a connection's receiving call
     */
    boolean inTransportThread();

    /**
     * The transport's monotonic clock.
     *
     * @return nanoseconds since an origin of the transport's choice, never negative
     */
    long nanoTime();

    /**
     * This end's address.
     *
     * @return the local address, or an unresolved placeholder before the connection is made
     */
    SocketAddress localAddress();

    /**
     * The other end's address.
     *
     * @return the remote address
     */
    SocketAddress remoteAddress();

    /**
     * The options of this connection's socket as the kernel has them; a host on top of another one passes the
     * question on. By default none, for hosts without a socket.
     *
     * @return what is in force; an option that such a socket does not have is empty
     * @throws IllegalStateException before the connection is made, and after the socket was closed
     */
    default SocketOptions effectiveOptions() {
        return SocketOptions.DEFAULT;
    }

    /**
     * Whether TLS lies between this host and the wire.
     *
     * @return true for wss
     */
    default boolean secure() {
        return false;
    }

    /**
     * The TLS session below this host, to learn the peer's certificates, the cipher suite and the like.
     *
     * @return empty in clear, and before the TLS handshake is over
     */
    default Optional<SSLSession> tlsSession() {
        return Optional.empty();
    }
}
