package io.duplex.internal.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.duplex.HandshakeException;
import io.duplex.ProxyException;
import io.duplex.ProxyException.Reason;
import io.duplex.ProxyServer;
import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.PlainLayer;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.LayerHost;
import io.duplex.transport.OutputState;
import io.duplex.transport.SocketOptions;
import io.duplex.transport.TcpEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

/** The behaviour that all tunnels share: failures before they are open, and no trace of them after. */
class TunnelLayerTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n\r\n";

    private final TunnelBench bench = new TunnelBench(TunnelLayerTest::tunnel);

    private static ByteLayer tunnel(ByteLayer above) {
        return new HttpConnectLayer(above, ProxyServer.http("proxy.example", 3128),
                new TunnelTarget("example.com", 443, Optional.empty()));
    }

    private void assertFailure(Reason reason, String message) {
        ProxyException failure = bench.failure();
        assertEquals(message, failure.getMessage());
        assertEquals(reason, failure.reason());
        assertFalse(bench.stands());
    }

    @Test
    void theDeadlineAboveCountsFromTheFirstTcpPacket() {
        bench.host.attach();
        bench.after(Duration.ofSeconds(4));
        bench.host.connected();
        bench.host.run();
        bench.after(Duration.ofMillis(5999));
        assertFalse(bench.host.isReleased());
        bench.after(Duration.ofMillis(1));
        assertFailure(Reason.TIMEOUT, "the proxy http://proxy.example:3128 did not answer within 10 s");
        assertEquals(Optional.of(TcpEnd.RESET), bench.host.tcpEnd());
    }

    @Test
    void aProxyThatIsNotConnectedInTimeIsToldSo() {
        bench.host.attach();
        bench.after(Duration.ofSeconds(10));
        assertFailure(Reason.TIMEOUT,
                "the proxy http://proxy.example:3128 was not connected to within 10 s");
    }

    @Test
    void theLayerAboveKeepsItsDeadlineInTheTunnel() {
        bench.connect().says(OK).after(Duration.ofSeconds(10));
        assertEquals(List.of("attach", "connected", "deadline"), bench.above.calls());
    }

    @Test
    void anEndBeforeTheAnswerIsToldSo() {
        bench.connect().ends();
        assertFailure(Reason.UNREACHABLE,
                "the proxy http://proxy.example:3128 ended the connection before its answer");
    }

    @Test
    void anEndInTheAnswerIsToldSo() {
        bench.connect().says("HTTP/1.1 200").ends();
        assertFailure(Reason.UNREACHABLE,
                "the proxy http://proxy.example:3128 ended the connection in the middle of its answer");
    }

    @Test
    void aResetBeforeTheAnswerIsToldSo() {
        bench.connect();
        bench.toClient.reset();
        bench.host.run();
        assertFailure(Reason.UNREACHABLE,
                "the proxy http://proxy.example:3128 broke the connection before it had"
                        + " answered: Connection reset");
        assertEquals("Connection reset", bench.failure().getCause().getMessage());
    }

    @Test
    void aProxyThatRefusesTheConnectionIsToldSo() {
        bench.host.attach();
        bench.host.fail(new IOException("Connection refused"), TcpEnd.NOT_CONNECTED);
        assertFailure(Reason.UNREACHABLE,
                "the proxy http://proxy.example:3128 cannot be reached: Connection refused");
    }

    @Test
    void tlsThatFailsWithTheProxyIsToldApart() {
        bench.host.attach();
        bench.host.fail(new SSLException("wrong certificate"), TcpEnd.BROKEN);
        assertFailure(Reason.TLS, "TLS with the proxy http://proxy.example:3128 failed: wrong certificate");
    }

    @Test
    void addressesThatDidNotAnswerInTimeAreATimeOut() {
        bench.host.attach();
        bench.host.fail(new HandshakeException("nobody in time"), TcpEnd.NOT_CONNECTED);
        assertFailure(Reason.TIMEOUT,
                "the proxy http://proxy.example:3128 was not connected to: nobody in time");
    }

    @Test
    void aFailureIsToldOnce() {
        bench.connect().says("nonsense\r\n").ends();
        bench.host.isReleased();
        assertEquals(1, bench.above.calls().stream().filter(call -> call.startsWith("failure")).count());
        assertEquals("released CLOSED_FIRST", bench.above.calls().getLast());
    }

    @Test
    void aLayerAboveThatGivesUpIsNotWaitedFor() {
        bench.connect();
        bench.above.end(OutputState.ABORT);
        bench.host.run();
        assertEquals(List.of("attach", "released RESET"), bench.above.calls());
    }

    @Test
    void theEndInTheTunnelIsTheServers() {
        bench.connect().says(OK).ends();
        assertEquals(List.of("attach", "connected", "end"), bench.above.calls());
        assertFalse(bench.host.isReleased());
        bench.above.end(OutputState.CLOSE);
        bench.host.run();
        assertEquals("released FIN_EXCHANGED", bench.above.calls().getLast());
    }

    @Test
    void aResetInTheTunnelIsTheServers() {
        bench.connect().says(OK);
        bench.toClient.reset();
        bench.host.run();
        assertEquals(List.of("attach", "connected", "failure Connection reset", "released BROKEN"),
                bench.above.calls());
    }

    @Test
    void tlsWithTheProxyIsNotTlsWithTheServer() {
        ByteLayer above = mock(ByteLayer.class);
        LayerHost[] seen = new LayerHost[1];
        org.mockito.Mockito.doAnswer(call -> seen[0] = call.getArgument(0))
                .when(above)
                .attach(org.mockito.ArgumentMatchers.any(), org.mockito.ArgumentMatchers.anyLong());
        LayerHost secure = mock(LayerHost.class);
        SocketOptions options = SocketOptions.DEFAULT;
        when(secure.secure()).thenReturn(true);
        when(secure.tlsSession()).thenReturn(Optional.of(mock(SSLSession.class)));
        when(secure.effectiveOptions()).thenReturn(options);
        tunnel(above).attach(secure, 0);
        assertFalse(seen[0].secure());
        assertEquals(Optional.empty(), seen[0].tlsSession());
        assertSame(options, seen[0].effectiveOptions());
    }

    @Test
    void inTheTunnelTheLayerAboveIsAskedForEverything() {
        ByteLayer above = mock(ByteLayer.class);
        when(above.successor()).thenReturn(above);
        when(above.outputState()).thenReturn(OutputState.OPEN);
        when(above.nextDeadlineNanos()).thenReturn(ByteLayer.NEVER);
        ByteLayer tunnel = tunnel(above);
        MemoryHost host = new MemoryHost(tunnel, bench.clock, bench.toClient, bench.toProxy);
        host.connect();
        host.run();
        assertEquals(Optional.empty(), tunnel.lingerTime());
        when(above.lingerTime()).thenReturn(Optional.of(Duration.ofSeconds(3)));
        assertEquals(Optional.empty(), tunnel.lingerTime());
        tunnel.receive(ByteBuffer.wrap(OK.getBytes()), 1);
        Runnable task = () -> {
        };
        when(above.pollTask()).thenReturn(task);
        when(above.wantsRead()).thenReturn(false);
        assertSame(task, tunnel.pollTask());
        assertFalse(tunnel.wantsRead());
        assertEquals(Optional.of(Duration.ofSeconds(3)), tunnel.lingerTime());
        tunnel.sent(2);
        org.mockito.Mockito.verify(above).sent(2);
        when(above.outputState()).thenReturn(OutputState.END);
        assertEquals(OutputState.END, tunnel.outputState());
    }

    @Test
    void aProxyThatAnswersBeforeItHasReadAllGetsTheRest() {
        TunnelBench eager = new TunnelBench(TunnelLayerTest::tunnel);
        eager.tunnel.attach(mock(LayerHost.class), 0);
        eager.tunnel.connected(0);
        ByteBuffer first = ByteBuffer.allocate(7);
        assertTrue(eager.tunnel.produce(first, 0));
        eager.tunnel.receive(ByteBuffer.wrap(OK.getBytes()), 0);
        assertTrue(eager.stands());
        assertSame(eager.tunnel, eager.tunnel.successor());
        eager.above.sendSilently("behind");
        ByteBuffer rest = ByteBuffer.allocate(200);
        assertFalse(eager.tunnel.produce(rest, 0));
        String all = new String(first.array()) + new String(rest.array(), 0, rest.position());
        assertEquals("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\nbehind", all);
        assertNotSame(eager.tunnel, eager.tunnel.successor());
    }

    @Test
    void aTunnelThatStandsLeavesTheStack() {
        ByteLayer above = new PlainLayer();
        ByteLayer tunnel = tunnel(above);
        MemoryHost host = new MemoryHost(tunnel, bench.clock, bench.toClient, bench.toProxy);
        host.connect();
        host.run();
        assertSame(tunnel, tunnel.successor());
        tunnel.receive(ByteBuffer.wrap(OK.getBytes()), 1);
        assertSame(above, tunnel.successor());
    }

    @Test
    void aTunnelThatFailsStays() {
        bench.connect().says("HTTP/1.1 403 Forbidden\r\n\r\n");
        assertSame(bench.tunnel, bench.tunnel.successor());
    }
}
