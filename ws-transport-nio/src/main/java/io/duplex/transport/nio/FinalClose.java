package io.duplex.transport.nio;

import io.duplex.transport.ByteLayer;
import io.duplex.transport.Ending;
import io.duplex.transport.LingeringCloses;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a connection's socket is closed for good: at once, or, if the close may wait for the peer (SO_LINGER),
 * on a thread that may wait, and not before the selector has let go of the socket. Made when the connection
 * is over. Loop thread only.
 */
final class FinalClose {
    private final EventLoop loop;
    private final Wire wire;
    private final Ending ending;

    private FinalClose(EventLoop loop, Wire wire, Ending ending) {
        this.loop = loop;
        this.wire = wire;
        this.ending = ending;
    }

    /** What a layer's CLOSE comes to, as far as it is known before. */
    static Ending wanted(Wire wire, ByteLayer layer, boolean peerEnded) {
        Optional<Duration> lingerTime = layer.lingerTime();
        lingerTime.ifPresent(wire::linger);
        Ending atOnce = peerEnded ? Ending.FIN_EXCHANGED : Ending.CLOSED_FIRST;
        return lingerTime.isPresent() ? Ending.LINGER_EXPIRED : atOnce;
    }

    /** Closes, or makes ready for it. */
    static FinalClose begin(EventLoop loop, Wire wire, Ending how) {
        if (wire.lingerTime().isPresent()) {
            wire.leaveSelector();
        } else {
            wire.close();
        }
        return new FinalClose(loop, wire, how);
    }

    /**
     * The selector has let go of the socket.
     *
     * @param closed hears, in this call or in a later turn, how it ended
     */
    void end(Consumer<Ending> closed) {
        Optional<Duration> lingerTime = wire.lingerTime();
        if (lingerTime.isEmpty()) {
            closed.accept(ending);
            return;
        }
        LingeringCloses lingering = loop.group().lingering();
        lingering.close(wire, lingerTime.get(), found -> loop.submitSurely(
                () -> closed.accept(ending == Ending.LINGER_EXPIRED ? found : ending)));
    }
}
