package io.duplex.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.duplex.ConnectionListener;
import io.duplex.ConnectionOptions;
import io.duplex.HandshakeException;
import io.duplex.Timeouts;
import io.duplex.client.ClientRequest;
import io.duplex.client.ClientRequests;
import io.duplex.http.ResponseHead;
import io.duplex.internal.handshake.ClientHandshake;
import io.duplex.internal.handshake.HandshakeHeads;
import io.duplex.internal.handshake.HandshakeRequest;
import io.duplex.internal.handshake.ResponseVerdict;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import io.duplex.internal.session.ConnectionContext;
import io.duplex.internal.session.Session;
import io.duplex.internal.session.Traffic;
import io.duplex.testkit.Recorder;
import io.duplex.transport.LayerHost;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** One client connection in memory, a raw server, and what its opener was told. For one thread. */
final class ClientBench implements ClientConnection.Opener {
    static final Duration HANDSHAKE = Duration.ofSeconds(7);
    static final URI URI = java.net.URI.create("ws://server/chat");
    private static final ConnectionOptions OPTIONS = ConnectionOptions.CLIENT
            .withTimeouts(Timeouts.DEFAULT.withHandshake(HANDSHAKE).withoutKeepAlive());

    final Recorder recorder = new Recorder();
    final ClientConnection connection;
    final RawPeer peer;
    /** The names of the answers, behind each other: one, if all is right. */
    String told = "";
    IOException failure;
    HandshakeRequest next;
    Optional<RuntimeException> openThrows = Optional.empty();

    ClientBench() {
        this(1 << 16);
    }

    ClientBench(int capacityBytes) {
        this(ClientRequest.builder(URI).maxRedirects(1).build(), capacityBytes);
    }

    ClientBench(ClientRequest request, int capacityBytes) {
        try {
            connection =
                    new ClientConnection(
                            ClientHandshake.of(ClientRequests.handshake(request), "dGhlIHNhbXBsZSBub25jZQ=="),
                            OPTIONS,
                            this);
        } catch (HandshakeException impossible) {
            throw new AssertionError(impossible);
        }
        peer = new RawPeer(connection, capacityBytes);
    }

    RawPeer connect() {
        return peer.connect();
    }

    /** The failure, which was the only answer. */
    HandshakeException refused() {
        assertEquals("failed", told);
        return assertInstanceOf(HandshakeException.class, failure);
    }

    @Override
    public Session open(ClientHandshake handshake, ResponseHead response, ResponseVerdict.Accepted accepted,
            LayerHost host) {
        if (openThrows.isPresent()) {
            throw openThrows.get();
        }
        ConnectionContext context = new ConnectionContext(1, Role.CLIENT,
                HandshakeHeads.of(handshake.head(), response), accepted.subprotocol().orElse(null),
                accepted.extensions(), Map.of(), new ConcurrentHashMap<>(), OPTIONS,
                new ConnectionListener() {}, Traffic.UNCOUNTED, null, MemoryBudget.UNLIMITED);
        return new Session(context, host, recorder, null);
    }

    @Override
    public void opened(Session session) {
        told += "opened";
    }

    @Override
    public void redirected(HandshakeRequest request) {
        told += "redirected";
        next = request;
    }

    @Override
    public void failed(IOException cause) {
        told += "failed";
        failure = cause;
    }
}
