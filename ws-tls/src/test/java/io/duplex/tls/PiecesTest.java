package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.MemoryLink;
import io.duplex.testkit.Pipe;
import io.duplex.testkit.VirtualClock;
import io.duplex.tls.Peers.Pairing;
import io.duplex.transport.ByteLayer;
import io.duplex.transport.ForwardingLayer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes are the same however they are cut, and wherever they lie. */
class PiecesTest {
    private static final int SEEDS = 200;

    static Stream<Pairing> alike() {
        return Pairing.alike();
    }

    private static String text(Random random, int most) {
        int count = random.nextInt(most);
        StringBuilder text = new StringBuilder(count + 8);
        while (text.length() < count) {
            text.append(text.length()).append(' ');
        }
        return text.toString();
    }

    @Test
    void piecesAndBuffersOfAnySizeGiveTheSameBytes() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            String text = text(random, 150_000);
            assertEquals(text, throughEncryption(text, random), "seed " + seed);
        }
    }

    private static String throughEncryption(String text, Random random) {
        PiecesLayer above = new PiecesLayer(random);
        new MemoryHost(above, new VirtualClock(), new Pipe(), new Pipe()).attach();
        ClearEngine engine = new ClearEngine();
        engine.mostBytes = random.nextBoolean() ? 1 << 14 : 500 + random.nextInt(16_000);
        Encryption encryption = new Encryption(new TlsEngine(engine), above, RecordBuffers.newPool());
        ByteArrayOutputStream left = new ByteArrayOutputStream();
        int room = 100 + random.nextInt(random.nextBoolean() ? 2_000 : 70_000);
        above.sendSilently(text);
        boolean more = true;
        while (more) {
            ByteBuffer dst =
                    random.nextBoolean() ? ByteBuffer.allocate(room) : ByteBuffer.allocateDirect(room);
            engine.waitsForPeer = random.nextInt(8) == 0;
            engine.toThrow = random.nextInt(8) == 0 ? new SSLException("once") : null;
            try {
                more = !encryption.drain(dst) || encryption.produce(dst, 0);
            } catch (SSLException e) {
                more = true;
            }
            more |= engine.waitsForPeer || engine.toThrow != null;
            above.callEnded();
            byte[] bytes = new byte[dst.flip().remaining()];
            dst.get(bytes);
            left.writeBytes(bytes);
            if (encryption.isDrained()) {
                above.sent(0);
            }
        }
        assertTrue(encryption.isDrained());
        return ClearEngine.read(left.toByteArray());
    }

    @ParameterizedTest
    @MethodSource("alike")
    void realEnginesTakePiecesAndFillTargets(Pairing pairing) {
        Tls client = Peers.tls(Peers.clientConfig(pairing.client(), pairing.version()));
        Tls server = Peers.tls(Peers.serverConfig(pairing.server(), pairing.version()));
        int filled = 0;
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            PiecesLayer asking = new PiecesLayer(random);
            PiecesLayer answering = new PiecesLayer(random);
            MemoryLink link = new MemoryLink(overwriting(client.connecting(asking, Peers.HOST, 443), asking),
                    overwriting(server.accepting(answering), answering));
            link.connect();
            StringBuilder asked = new StringBuilder();
            StringBuilder answered = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                String question = text(random, 200_000);
                String answer = text(random, 200_000);
                asking.send(question);
                answering.send(answer);
                link.run();
                asked.append(question);
                answered.append(answer);
            }
            assertEquals(asked.toString(), answering.received(), "seed " + seed);
            assertEquals(answered.toString(), asking.received(), "seed " + seed);
            filled += asking.targetsFilled + answering.targetsFilled;
        }
        assertTrue(filled > 50, filled + " records were decrypted in the memory named for them");
    }

    /** A call from the transport ends, and with it the loan. */
    private static ByteLayer overwriting(ByteLayer tls, PiecesLayer above) {
        return new ForwardingLayer() {
            @Override
            protected ByteLayer above() {
                return tls;
            }

            @Override
            public boolean produce(ByteBuffer dst, long nanoTime) {
                boolean more = tls.produce(dst, nanoTime);
                above.callEnded();
                return more;
            }
        };
    }
}
