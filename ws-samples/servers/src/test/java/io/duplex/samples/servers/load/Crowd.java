package io.duplex.samples.servers.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.duplex.samples.servers.load.Peer.Phase;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Many raw clients on the thread of the test, which drives them by {@link #until}. It counts what becomes of
 * them. Clients answer a Close frame, and wait for the server's FIN, as RFC 6455 section 7.1.1 asks of them.
 */
final class Crowd implements AutoCloseable, Peer.Listener {
    /** What the clients send and want back. */
    static final byte[] MESSAGE = "sixty-four bytes that go to the server and come back from it ..."
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FRAME = Frames.binary(MESSAGE).mask().bytes();
    private static final byte[] REQUEST = RawSocket.request("/echo");
    /** So many connects may be under way: fewer than a listening socket's queue holds. */
    private static final int WAVE = 256;
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long NOTHING_BYTES = 256 << 10;

    private static final int SMALL_BUFFER_BYTES = 16 << 10;

    private final SocketAddress server;
    private final boolean smallBuffers;
    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
    private final List<Peer> peers = new ArrayList<>();
    private final Map<Phase, Integer> phases = new EnumMap<>(Phase.class);
    private final Map<Integer, Integer> closeCodes = new TreeMap<>();
    private Consumer<Peer> onEcho = peer -> {};
    private long echoes;

    Crowd(SocketAddress server) throws IOException {
        this(server, false);
    }

    private Crowd(SocketAddress server, boolean smallBuffers) throws IOException {
        this.server = server;
        this.smallBuffers = smallBuffers;
    }

    /** One whose clients' kernels take little that nobody reads. */
    static Crowd withSmallBuffers(SocketAddress server) throws IOException {
        return new Crowd(server, true);
    }

    /** Adds clients that stay as they are after TCP's handshake. */
    void connect(int count) throws IOException {
        for (int i = 0; i < count; i += WAVE) {
            int before = peers.size();
            for (int j = i; j < Math.min(count, i + WAVE); j++) {
                peers.add(new Peer(selector, socket(), server, this));
            }
            List<Peer> wave = peers.subList(before, peers.size());
            until("connected", () -> wave.stream().noneMatch(peer -> peer.phase() == Phase.CONNECTING));
        }
    }

    private SocketChannel socket() throws IOException {
        SocketChannel socket = SocketChannel.open();
        if (smallBuffers) {
            socket.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER_BYTES);
        }
        return socket;
    }

    /** Adds clients with an open WebSocket connection each. */
    void open(int count) throws IOException {
        for (int i = 0; i < count; i += WAVE) {
            int before = peers.size();
            connect(Math.min(count - i, WAVE));
            List<Peer> wave = List.copyOf(peers.subList(before, peers.size()));
            wave.forEach(peer -> peer.send(REQUEST));
            until("open", () -> wave.stream().noneMatch(peer -> peer.phase() == Phase.HANDSHAKING));
        }
    }

    List<Peer> peers() {
        return peers;
    }

    /** How many have come to this and no further. */
    int in(Phase phase) {
        return (int) peers.stream().filter(peer -> peer.phase() == phase).count();
    }

    /** How many Close frames came, by their codes. */
    Map<Integer, Integer> closeCodes() {
        return closeCodes;
    }

    long echoes() {
        return echoes;
    }

    /** Each sends a message and gets it back. */
    void echoOnce() throws IOException {
        long before = echoes;
        peers.forEach(peer -> peer.send(FRAME));
        until("echoed", () -> echoes == before + peers.size());
    }

    /** From now on each sends a message whenever it got one back. */
    void echoForEver() {
        onEcho = peer -> peer.send(FRAME);
        peers.forEach(peer -> peer.send(FRAME));
    }

    /** Moves bytes until something is so. */
    void until(String what, BooleanSupplier condition) throws IOException {
        long end = System.nanoTime() + LONGEST_NANOS;
        while (!condition.getAsBoolean()) {
            turn(10);
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain until all are " + what + ": " + this);
            }
        }
    }

    /**
     * Moves bytes until next to nothing is taken for a while: TCP's probes of a closed window go on for ever,
     * a few bytes each.
     *
     * @param others live on meanwhile: they answer pings, for one
     */
    void untilNothingIsTaken(Crowd others) throws IOException {
        long end = System.nanoTime() + LONGEST_NANOS;
        long unsent = Long.MAX_VALUE;
        for (long now = unsentBytes(); unsent - now > NOTHING_BYTES; now = unsentBytes()) {
            unsent = now;
            long since = System.nanoTime();
            while (System.nanoTime() - since < QUIET_NANOS) {
                turn(10);
                others.turn(1);
            }
            if (since > end) {
                throw new AssertionError("the server takes and takes: " + unsent + " bytes are left");
            }
        }
    }

    private long unsentBytes() {
        return peers.stream().mapToLong(Peer::unsentBytes).sum();
    }

    private void turn(int millis) throws IOException {
        selector.select(key -> ((Peer) key.attachment()).ready(buffer), millis);
    }

    @Override
    public void changed(Peer peer, Phase now) {
        phases.merge(now, 1, Integer::sum);
    }

    @Override
    public void frame(Peer peer, int opcode, byte[] payload) {
        switch (opcode) {
            case 2 -> {
                assertArrayEquals(MESSAGE, payload);
                echoes++;
                onEcho.accept(peer);
            }
            case 8 -> {
                closeCodes.merge((payload[0] & 0xFF) << 8 | payload[1] & 0xFF, 1, Integer::sum);
                peer.send(Frames.of(8, payload).mask().bytes());
            }
            case 9 -> peer.send(Frames.of(10, payload).mask().bytes());
            default -> throw new AssertionError("nobody asked for opcode " + opcode);
        }
    }

    /** For failures: how many came to which phase, and which Close frames came. */
    @Override
    public String toString() {
        return phases + ", close codes " + closeCodes + ", echoes " + echoes;
    }

    @Override
    public void close() throws IOException {
        peers.forEach(Peer::close);
        selector.close();
    }
}
