package io.duplex.internal.connection;

import io.duplex.testkit.Cuts;
import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.Pipe;
import io.duplex.testkit.VirtualClock;
import io.duplex.transport.ByteLayer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One layer in memory, and a peer that writes and reads raw bytes. For one thread. */
final class RawPeer {
    final VirtualClock clock = new VirtualClock();
    final Pipe toLayer = new Pipe(1 << 16);
    final Pipe fromLayer;
    final MemoryHost host;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** A peer whose kernel holds so many bytes that it has not read. */
    RawPeer(ByteLayer layer, int capacityBytes) {
        fromLayer = new Pipe(capacityBytes);
        host = new MemoryHost(layer, clock, toLayer, fromLayer);
    }

    RawPeer(ByteLayer layer) {
        this(layer, 1 << 16);
    }

    RawPeer cut(Cuts cuts) {
        toLayer.cut(cuts);
        return this;
    }

    RawPeer connect() {
        host.connect();
        return run();
    }

    /** Runs until nothing moves, and reads all that comes. */
    RawPeer run() {
        do {
            host.run();
        } while (readOnce() > 0);
        return this;
    }

    /** Runs until nothing moves, without reading. */
    RawPeer runDeaf() {
        host.run();
        return this;
    }

    private int readOnce() {
        ByteBuffer part = ByteBuffer.allocate(1 << 16);
        int count = fromLayer.read(part);
        received.write(part.array(), 0, count);
        return count;
    }

    RawPeer write(byte[] bytes) {
        for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); host.run()) {
            if (toLayer.write(rest) == 0) {
                throw new AssertionError("the layer takes no more; " + rest.remaining() + " bytes are left");
            }
        }
        return this;
    }

    RawPeer send(String text) {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
        return run();
    }

    RawPeer fin() {
        toLayer.end();
        return run();
    }

    /** Lets time pass at once; the layer's deadline fires if it is over. */
    RawPeer advance(Duration duration) {
        clock.advance(duration);
        return run();
    }

    /** What came since the last call, as text of one character for each byte. */
    String take() {
        String text = received.toString(StandardCharsets.ISO_8859_1);
        received.reset();
        return text;
    }

    /** Whether the layer has ended its direction and waits for the peer's end. */
    boolean halfClosed() {
        return fromLayer.isEnded() && !host.isReleased();
    }
}
