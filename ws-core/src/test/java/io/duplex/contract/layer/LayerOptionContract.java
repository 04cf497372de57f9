package io.duplex.contract.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.SocketOption;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.SocketRole;
import io.duplex.transport.Transport;
import io.duplex.transport.TransportSettings;
import io.duplex.transport.UnsupportedOptionException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Design section 5: options are set on listening, accepted and connecting sockets, are seen there, and are
 * refused at the start where that cannot be. What is seen is what the kernel answers.
 */
abstract class LayerOptionContract extends LayerPart {
    private static final SocketAddress LOOPBACK =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    LayerOptionContract(LayerContract on) {
        super(on);
    }

    private static SocketOptions options(String assignment) {
        return SocketOptions.of(assignment);
    }

    private static TransportSettings settings(SocketOptions options) {
        return new TransportSettings("test", true, options);
    }

    private Transport.Listener listen(SocketOptions options, TestLayer layer) throws IOException {
        return closing(
                transport().listen(LOOPBACK, settings(options),
                        (remote, nanoTime) -> Optional.of(watch(layer))));
    }

    /** The host of a connection that a listener with these options has accepted. */
    private LayerHost accepted(SocketOptions options) throws IOException {
        TestLayer layer = new TestLayer();
        peer(listen(options, layer).address());
        layer.awaitEvent("connected");
        return layer.host;
    }

    /** The host of a connection that a connector with these options has made. */
    private LayerHost connected(SocketOptions options) throws IOException {
        Transport.Listener listener = listen(() -> Optional.of(watch(new TestLayer())));
        TestLayer layer = watch(new TestLayer());
        closing(transport().connector(settings(options))).connect(listener.address(), layer);
        layer.awaitEvent("connected");
        return layer.host;
    }

    private boolean takes(SocketRole role, SocketOption<?> option) {
        return transport().supportedOptions(role).contains(option);
    }

    // ---- defaults -----------------------------------------------------------------------------------------

    @Test
    void withoutWishesAPortIsReusableAndSmallSegmentsLeaveAtOnce() throws IOException {
        SocketOptions listening = listen(SocketOptions.DEFAULT, new TestLayer()).effectiveOptions();
        assertEquals(Optional.of(true), listening.get(SocketOptions.SO_REUSEADDR));
        assertEquals(Optional.of(1024), listening.get(SocketOptions.BACKLOG));
        for (LayerHost host : Set.of(accepted(SocketOptions.DEFAULT), connected(SocketOptions.DEFAULT))) {
            SocketOptions effective = host.effectiveOptions();
            assertEquals(Optional.of(true), effective.get(SocketOptions.TCP_NODELAY));
            assertEquals(Optional.of(false), effective.get(SocketOptions.SO_KEEPALIVE));
            assertEquals(Optional.empty(), effective.get(SocketOptions.SO_LINGER));
            assertTrue(effective.get(SocketOptions.SO_RCVBUF).orElseThrow() > 0);
        }
    }

    // ---- set and seen -------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = { "SO_KEEPALIVE=on", "TCP_KEEPIDLE=33s", "TCP_KEEPINTVL=11s", "TCP_KEEPCNT=4",
        "SO_LINGER=7s", "SO_RCVBUF=50000", "SO_SNDBUF=50000", "SO_OOBINLINE=on", "TCP_NODELAY=off",
        "TCP_QUICKACK=off", "IP_TOS=0x10", "SO_REUSEADDR=on", "SO_REUSEPORT=on" })
    void whatIsAskedForIsSeenOnEachSocket(String assignment) throws IOException {
        SocketOptions wanted = options(assignment);
        SocketOption<?> option = SocketOptions.named(assignment.substring(0, assignment.indexOf('=')));
        Optional<String> value = option.valueIn(wanted);
        assumeTrue(takes(SocketRole.CONNECTING, option), "the platform does not have it");
        TestLayer layer = new TestLayer();
        Transport.Listener listener = listen(wanted, layer);
        peer(listener.address());
        layer.awaitEvent("connected");
        if (takes(SocketRole.LISTENING, option)) {
            assertEquals(value, option.valueIn(listener.effectiveOptions()));
        }
        if (takes(SocketRole.ACCEPTED, option)) {
            assertEquals(value, option.valueIn(layer.host.effectiveOptions()));
        }
        assertEquals(value, option.valueIn(connected(wanted).effectiveOptions()));
    }

    @Test
    void allOfThemGoTogether() throws IOException {
        String expected = "SO_KEEPALIVE=on SO_RCVBUF=30000 SO_SNDBUF=40000 SO_OOBINLINE=on TCP_NODELAY=off "
                + "IP_TOS=0x28";
        SocketOptions all = SocketOptions.of(expected.split(" "));
        SocketOptions accepted = accepted(all).effectiveOptions();
        SocketOptions connected = connected(all).effectiveOptions();
        for (String part : expected.split(" ")) {
            assertTrue(accepted.describe().contains(part), accepted.describe());
            assertTrue(connected.describe().contains(part), connected.describe());
        }
    }

    @Test
    void theBacklogIsShownAsItWasAskedFor() throws IOException {
        assertEquals(Optional.of(3),
                listen(options("BACKLOG=3"), new TestLayer()).effectiveOptions().get(SocketOptions.BACKLOG));
    }

    @Test
    void anEchoGoesOnWithQuickAcknowledgements() throws IOException {
        assumeTrue(takes(SocketRole.ACCEPTED, SocketOptions.TCP_QUICKACK), "the platform does not have it");
        Socket peer = peer(listen(options("TCP_QUICKACK=on"), new EchoLayer()).address());
        for (int i = 0; i < 3; i++) {
            peer.getOutputStream().write(HELLO);
            assertEquals("hello", new String(peer.getInputStream().readNBytes(HELLO.length)));
        }
    }

    // ---- what they do -------------------------------------------------------------------------------------

    @Test
    void aLingerOfZeroMakesEachCloseAReset() throws IOException {
        TestLayer layer = new TestLayer();
        Socket peer = peer(listen(options("SO_LINGER=0"), layer).address());
        layer.awaitEvent("connected");
        layer.become(OutputState.CLOSE);
        assertThrows(SocketException.class, () -> peer.getInputStream().read());
    }

    @Test
    void withReusePortTwoListenersShareAPort() throws IOException {
        assumeTrue(takes(SocketRole.LISTENING, SocketOptions.SO_REUSEPORT), "the platform does not have it");
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        SocketAddress shared = share(LOOPBACK, first);
        assertEquals(shared, share(shared, second));
        // The kernel deals by a hash of the peer's port: that all of these go to one listener does not
        // happen.
        for (int i = 0; i < 64; i++) {
            peer(shared);
        }
        awaitLatch(first);
        awaitLatch(second);
    }

    private SocketAddress share(SocketAddress address, CountDownLatch accepted) throws IOException {
        return closing(
                transport().listen(address, settings(options("SO_REUSEPORT=on")), (remote, nanoTime) -> {
                    accepted.countDown();
                    return Optional.of(watch(new TestLayer()));
                })).address();
    }

    // ---- refused ------------------------------------------------------------------------------------------

    private void refused(SocketOption<?> option, Runnable start) {
        UnsupportedOptionException refusal = assertThrows(UnsupportedOptionException.class, start::run);
        assertEquals(option, refusal.option());
        assertEquals(on.name(), refusal.transport());
        assertTrue(refusal.getMessage().contains(option.name()), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("transport " + on.name()), refusal.getMessage());
    }

    private void listenOrFail(SocketOptions options) {
        try {
            listen(options, new TestLayer());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void connectorOrFail(SocketOptions options) {
        closing(transport().connector(settings(options)));
    }

    @Test
    void aConnectorHasNoBacklog() {
        refused(SocketOptions.BACKLOG, () -> connectorOrFail(options("BACKLOG=1024")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aValueThatTheKernelRefusesIsRefusedAtTheStart() {
        refused(SocketOptions.TCP_KEEPIDLE, () -> listenOrFail(options("TCP_KEEPIDLE=40000s")));
        refused(SocketOptions.TCP_KEEPIDLE, () -> connectorOrFail(options("TCP_KEEPIDLE=40000s")));
        refused(SocketOptions.TCP_KEEPCNT, () -> connectorOrFail(options("TCP_KEEPCNT=128")));
    }

    @ParameterizedTest
    @MethodSource("io.duplex.transport.SocketOptions#all")
    void whatNoSocketTakesIsRefusedAtTheStartAndTheRestIsNot(SocketOption<?> option) {
        String value = option.type() == Boolean.class ? "off" : "16";
        SocketOptions wanted = options(option + "=" + value);
        boolean server = takes(SocketRole.LISTENING, option) || takes(SocketRole.ACCEPTED, option);
        if (server) {
            listenOrFail(wanted);
        } else {
            refused(option, () -> listenOrFail(wanted));
        }
        if (takes(SocketRole.CONNECTING, option)) {
            connectorOrFail(wanted);
        } else {
            refused(option, () -> connectorOrFail(wanted));
        }
    }

    // ---- when there is no socket --------------------------------------------------------------------------

    @Test
    void aConnectionThatIsNotMadeYetHasNoOptions() throws IOException {
        Transport.Listener listener = listen(() -> Optional.of(watch(new TestLayer())));
        TestLayer layer = watch(new TestLayer() {
            @Override
            protected void onAttach() {
                assertThrows(IllegalStateException.class, host::effectiveOptions);
            }
        });
        connector().connect(listener.address(), layer);
        layer.awaitEvent("connected");
        assertEquals(Optional.of(true), layer.host.effectiveOptions().get(SocketOptions.TCP_NODELAY));
    }

    @Test
    void aConnectionThatHasEndedHasNoOptions() throws IOException {
        TestLayer layer = new TestLayer();
        peer(listen(SocketOptions.DEFAULT, layer).address());
        layer.awaitEvent("connected");
        layer.become(OutputState.ABORT);
        layer.awaitEvent("released");
        assertThrows(IllegalStateException.class, layer.host::effectiveOptions);
    }

    @Test
    void aListenerThatHasStoppedHasNoOptions() throws IOException {
        Transport.Listener listener = listen(SocketOptions.DEFAULT, new TestLayer());
        listener.stopAccepting();
        assertThrows(IllegalStateException.class, listener::effectiveOptions);
    }
}
