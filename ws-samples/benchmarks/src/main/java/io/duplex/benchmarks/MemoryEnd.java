package io.duplex.benchmarks;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import io.duplex.internal.handshake.HandshakeHeads;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import io.duplex.internal.session.ConnectionContext;
import io.duplex.internal.session.Session;
import io.duplex.internal.session.Traffic;
import io.duplex.transport.LayerHost;
import io.duplex.transport.TcpEnd;
import io.duplex.transport.WorkBudget;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * One endpoint of an open connection without a network: the session, and a buffer for its output. It replaces
 * a transport and does only what every transport must do. The time is constant, so no deadline expires. For
 * one thread.
 */
final class MemoryEnd implements LayerHost {
    private static final long NOW_NANOS = 1;

    private final Session session;
    private final ByteBuffer output;
    private final WorkBudget budget = new WorkBudget();
    private boolean outputWanted;

    MemoryEnd(Role role, WebSocketHandler handler, int bufferBytes) {
        ConnectionOptions options = role == Role.CLIENT ? ConnectionOptions.CLIENT : ConnectionOptions.SERVER;
        ConnectionContext context = new ConnectionContext(1, role,
                HandshakeHeads.of(new RequestHead("GET", "/", HttpVersion.HTTP_1_1, HttpHeaders.of()),
                        ResponseHead.of(101, HttpHeaders.of())),
                null, List.of(), Map.of(), Map.of(),
                options,
                new ConnectionListener() {}, Traffic.UNCOUNTED, null, MemoryBudget.UNLIMITED);
        session = new Session(context, this, handler, null);
        output = ByteBuffer.allocateDirect(bufferBytes);
        session.attach(this, NOW_NANOS);
        session.connected(NOW_NANOS);
    }

    WebSocket socket() {
        return session.socket();
    }

    /** Moves all output to the peer, buffer by buffer, as writes and reads do. */
    void moveTo(MemoryEnd peer) {
        while (outputWanted) {
            outputWanted = session.produce(output.clear(), NOW_NANOS);
            session.sent(NOW_NANOS);
            peer.budget.begin();
            peer.session.receive(output.flip(), NOW_NANOS);
            if (output.hasRemaining()) {
                throw new IllegalStateException("the other end does not read");
            }
        }
    }

    /** Releases the connection. */
    void release() {
        session.released(TcpEnd.CLOSED_FIRST, NOW_NANOS);
    }

    @Override
    public void outputReady() {
        outputWanted = true;
    }

    @Override
    public void inputReady() {
        throw new IllegalStateException("input was never held up");
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void flush() {
        throw new IllegalStateException("flush is not expected here");
    }

    @Override
    public WorkBudget budget() {
        return budget;
    }

    @Override
    public boolean inTransportThread() {
        return true;
    }

    @Override
    public long nanoTime() {
        return NOW_NANOS;
    }

    @Override
    public SocketAddress localAddress() {
        return new InetSocketAddress(0);
    }

    @Override
    public SocketAddress remoteAddress() {
        return new InetSocketAddress(0);
    }
}
