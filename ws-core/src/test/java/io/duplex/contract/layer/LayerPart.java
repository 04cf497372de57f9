package io.duplex.contract.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.transport.OutputState;
import io.duplex.transport.Transport;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The common base of the parts of the layer contract. */
abstract class LayerPart extends LayerFixture {
    static final byte[] HELLO = "hello".getBytes(US_ASCII);
    static final int MIB = 1 << 20;
    static final long MS = 1_000_000;

    final LayerContract on;

    LayerPart(LayerContract on) {
        this.on = on;
    }

    @Override
    protected final Transport transport() {
        return on.transport();
    }

    static void awaitLatch(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Echoes its input, and ends its direction after the peer's. */
    static final class EchoLayer extends TestLayer {
        @Override
        protected void onReceive(ByteBuffer src) {
            byte[] bytes = new byte[src.remaining()];
            src.get(bytes);
            send(bytes);
        }

        @Override
        protected void onEnd() {
            state = OutputState.END;
        }
    }
}
