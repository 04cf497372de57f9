package io.duplex.tls;

import io.duplex.transport.LayerHost;
import java.net.SocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** What the layer above TLS takes for its transport: the real one, and the TLS layer's ear at each wish. */
final class AboveHost implements LayerHost {
    private final LayerHost below;
    private final TlsLayer tls;

    AboveHost(LayerHost below, TlsLayer tls) {
        this.below = below;
        this.tls = tls;
    }

    @Override
    public void outputReady() {
        tls.outputAsked();
        below.outputReady();
    }

    @Override
    public void inputReady() {
        below.inputReady();
        // The transport may have nothing to offer while a decrypted rest waits here.
        below.execute(tls::resume);
    }

    @Override
    public void execute(Runnable task) {
        below.execute(() -> {
            task.run();
            tls.resume();
        });
    }

    @Override
    public void flush() {
        below.flush();
    }

    @Override
    public boolean inTransportThread() {
        return below.inTransportThread();
    }

    @Override
    public long nanoTime() {
        return below.nanoTime();
    }

    @Override
    public SocketAddress localAddress() {
        return below.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return below.remoteAddress();
    }

    @Override
    public boolean secure() {
        return true;
    }

    @Override
    public Optional<SSLSession> tlsSession() {
        return tls.session();
    }
}
