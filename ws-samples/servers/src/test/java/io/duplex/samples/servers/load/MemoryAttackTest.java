package io.duplex.samples.servers.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.samples.servers.load.Peer.Phase;
import io.duplex.testkit.Frames;
import io.duplex.testkit.RawSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many connections with an unfinished message each, together many times the server's heap: megabytes in
 * clear, and frames of about a
 * kilobyte that inflate to one. The server goes on: {@code /health} answers and a healthy connection echoes,
 * meanwhile and
 * afterwards. A build runs it small; {@code -Dduplex.load=full} runs it whole.
 */
@Tag("load")
@EnabledOnOs(value = OS.LINUX, disabledReason = "a server process is looked at from outside")
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoryAttackTest {
    private static final int MESSAGE_BYTES = 1_000_000;
    private static final int TRY_AGAIN_LATER = 1013;

    @ParameterizedTest(name = "{0}, compressed: {1}")
    @CsvSource({ "bio, false", "bio, true", "nio, false", "nio, true", "loom, false", "loom, true" })
    void unfinishedMessagesDoNotStopTheServer(String transport, boolean compressed) throws Exception {
        int count = Load.full() ? 2_000 : 150;
        byte[] unfinished = (compressed ? compressed() : Frames.binary(new byte[MESSAGE_BYTES]).notFinal())
                .mask()
                .bytes();
        try (ServerProcess server = ServerProcess.start(transport, List.of("-Xmx64m"), "--deflate");
                Crowd healthy = new Crowd(server.address())) {
            healthy.open(1);
            attack(transport, server, healthy, count, unfinished);
            healthy.echoOnce();
            assertHealthy(server);
            try (Crowd later = new Crowd(server.address())) {
                later.open(10);
                later.echoOnce();
                assertEquals(Map.of(), later.closeCodes());
            }
        }
    }

    private static void attack(String transport, ServerProcess server, Crowd healthy, int count,
            byte[] unfinished)
            throws IOException {
        try (Crowd hostile = new Crowd(server.address())) {
            open(hostile, count);
            int sent = 0;
            for (Peer peer : hostile.peers()) {
                peer.send(unfinished);
                sent++;
                if (sent % (count / 10) == 0) {
                    List<Peer> sending = hostile.peers().subList(0, sent);
                    hostile.until("sent", () -> hasTaken(sending));
                    healthy.echoOnce();
                    assertHealthy(server);
                }
            }
            hostile.until("refused", () -> !hostile.closeCodes().isEmpty());
            Load.say(transport, count + " unfinished messages, " + hostile);
            assertEquals(List.of(TRY_AGAIN_LATER), List.copyOf(hostile.closeCodes().keySet()));
            assertTrue(hostile.closeCodes().get(TRY_AGAIN_LATER) < count,
                    "the first ones are held: " + hostile);
        }
    }

    private static boolean hasTaken(List<Peer> peers) {
        return peers.stream().allMatch(peer -> peer.hasSentAll() || peer.phase() != Phase.OPEN);
    }

    /** As {@link Crowd#open}, with compression. */
    private static void open(Crowd crowd, int count) throws IOException {
        byte[] request = RawSocket.request("/echo", "Sec-WebSocket-Extensions: permessage-deflate");
        crowd.connect(count);
        crowd.peers().forEach(peer -> peer.send(request));
        crowd.until("open", () -> crowd.in(Phase.OPEN) == count);
    }

    private static Frames compressed() {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(new byte[MESSAGE_BYTES]);
        byte[] chunk = new byte[4096];
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(chunk, 0, deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH));
        deflater.end();
        return Frames.of(2, Arrays.copyOf(out.toByteArray(), out.size())).withRsv(4).notFinal();
    }

    private static void assertHealthy(ServerProcess server) throws IOException {
        InetSocketAddress address = (InetSocketAddress) server.address();
        try (Socket socket = new Socket(address.getHostString(), address.getPort())) {
            socket.getOutputStream()
                    .write("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        }
    }
}
