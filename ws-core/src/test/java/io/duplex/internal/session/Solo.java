package io.duplex.internal.session;

import io.duplex.ConnectionOptions;
import io.duplex.WebSocket;
import io.duplex.WebSocketHandler;
import io.duplex.extension.Extension;
import io.duplex.internal.pool.MemoryBudget;
import io.duplex.internal.protocol.Role;
import io.duplex.testkit.Cuts;
import io.duplex.testkit.Frames;
import io.duplex.testkit.MemoryHost;
import io.duplex.testkit.Pipe;
import io.duplex.testkit.RawFrame;
import io.duplex.testkit.VirtualClock;
import io.duplex.transport.ByteLayer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** One session whose peer is the test: raw bytes in, frames out, on a virtual clock. */
final class Solo {
    private final Role role;
    private final VirtualClock clock = new VirtualClock();
    private final Pipe in = new Pipe();
    private final Pipe out = new Pipe();
    private final Pair.SessionLayer layer;
    private final MemoryHost host;

    Solo(Role role, WebSocketHandler handler) {
        this(role, handler,
                Pair.options(role == Role.CLIENT ? ConnectionOptions.CLIENT : ConnectionOptions.SERVER));
    }

    Solo(Role role, WebSocketHandler handler, ConnectionOptions options) {
        this(role, handler, options, List.of());
    }

    Solo(Role role, WebSocketHandler handler, ConnectionOptions options, List<Extension> extensions) {
        this.role = role;
        layer = new Pair.SessionLayer(role, options, handler, extensions);
        host = new MemoryHost(layer, clock, in, out);
    }

    /** A server's session whose callbacks run on an executor. */
    Solo(WebSocketHandler handler, ConnectionOptions options, Executor executor) {
        role = Role.SERVER;
        layer = new Pair.SessionLayer(role, options, handler, List.of(), Optional.of(executor::execute));
        host = new MemoryHost(layer, clock, in, out);
    }

    Solo cut(Cuts cuts) {
        in.cut(cuts);
        return this;
    }

    /** Before {@link #connect}. */
    Solo within(MemoryBudget budget) {
        layer.within(budget);
        return this;
    }

    Solo connect() {
        host.connect();
        host.run();
        return this;
    }

    Session session() {
        return layer.session();
    }

    WebSocket socket() {
        return layer.session().socket();
    }

    MemoryHost host() {
        return host;
    }

    /** Sends frames as this session's peer does: masked to a server, unmasked to a client. */
    Solo feed(Frames... frames) {
        return feed(wire(role, frames));
    }

    static byte[] wire(Role receiver, Frames... frames) {
        byte[][] wire = new byte[frames.length][];
        for (int i = 0; i < frames.length; i++) {
            wire[i] = (receiver == Role.SERVER ? frames[i].mask() : frames[i]).bytes();
        }
        return Frames.join(wire);
    }

    Solo feed(byte[] bytes) {
        ByteBuffer src = ByteBuffer.wrap(bytes);
        while (src.hasRemaining()) {
            in.write(src);
            host.run();
        }
        return this;
    }

    /** Frames that fit in the pipe, which the session need not take. */
    Solo feedUnread(Frames... frames) {
        in.write(ByteBuffer.wrap(wire(role, frames)));
        return this;
    }

    Solo run() {
        host.run();
        return this;
    }

    /** The peer's FIN. */
    Solo end() {
        in.end();
        host.run();
        return this;
    }

    Solo advance(Duration duration) {
        long end = clock.nanoTime() + duration.toNanos();
        while (next() <= end) {
            clock.advanceNanos(Math.max(0, next() - clock.nanoTime()));
            host.run();
        }
        clock.advanceNanos(end - clock.nanoTime());
        host.run();
        return this;
    }

    private long next() {
        return host.isReleased() ? ByteLayer.NEVER : host.deadlineNanos();
    }

    /** Whether this end has half-closed. */
    boolean hasEnded() {
        return out.isEnded();
    }

    boolean wasReset() {
        return out.isReset();
    }

    /** Takes bytes that were sent, and throws them away. */
    void takeBytes(int count) {
        ByteBuffer taken = ByteBuffer.allocate(count);
        while (taken.hasRemaining() && out.read(taken) > 0) {
            // Until enough were read.
        }
    }

    /** Takes bytes that were sent; the session goes on sending as long as there are fewer. */
    byte[] sentBytes(int count) {
        ByteBuffer taken = ByteBuffer.allocate(count);
        while (taken.hasRemaining() && out.read(taken) > 0) {
            host.run();
        }
        return Arrays.copyOf(taken.array(), taken.position());
    }

    /** Takes the frames that were sent. */
    List<RawFrame> sent() {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        ByteBuffer chunk = ByteBuffer.allocate(4096);
        while (out.read(chunk.clear()) > 0) {
            wire.write(chunk.array(), 0, chunk.position());
        }
        ByteArrayInputStream bytes = new ByteArrayInputStream(wire.toByteArray());
        List<RawFrame> frames = new ArrayList<>();
        try {
            while (bytes.available() > 0) {
                frames.add(RawFrame.read(bytes));
            }
        } catch (IOException e) {
            throw new AssertionError("not whole frames: " + frames, e);
        }
        return frames;
    }

    /** Takes the frames that were sent, in words. */
    List<String> sentInWords() {
        return sent().stream().map(Solo::inWords).toList();
    }

    private static String inWords(RawFrame frame) {
        return switch (frame.opcode()) {
            case 1 -> "text " + frame.text();
            case 2 -> "binary " + frame.text();
            case 8 -> frame.payload().bytes().length == 0
                    ? "close"
                    : "close " + frame.closeCode() + " " + frame.closeReason();
            case 9 -> "ping";
            case 10 -> "pong " + frame.text();
            default -> "opcode " + frame.opcode() + " " + frame.text();
        };
    }
}
