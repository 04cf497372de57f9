package io.duplex.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * A handshake in memory, before a server's first: it loads what a provider loads at its first use (classes,
 * algorithms, the random source), for which there might be no descriptor or no memory later. Once for each
 * provider.
 */
final class Rehearsal {
    private static final int BUFFER_BYTES = 64 * 1024;
    /** More than any handshake takes. */
    private static final int STEPS = 100;
    private static final Set<String> DONE = ConcurrentHashMap.newKeySet();

    private final Side client;
    private final Side server;

    private Rehearsal(SSLEngine client, SSLEngine server) {
        this.client = new Side(client);
        this.server = new Side(server);
    }

    /**
     * Rehearses with a server's engine. A handshake that fails, for want of a client's certificate or so, has
     * done its work.
     */
    static void of(Provider provider, SSLEngine server) {
        if (!DONE.contains(provider.getName())) {
            try {
                new Rehearsal(client(provider), server).run();
            } catch (SSLException e) {
                // It got as far as it could.
            }
            DONE.add(provider.getName());
        }
    }

    private static SSLEngine client(Provider provider) {
        try {
            SSLContext context = SSLContext.getInstance("TLS", provider);
            context.init(null, new TrustManager[] { new TrustSource.TrustEverything() }, Engines.RANDOM);
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(true);
            return engine;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(provider.getName() + " cannot speak TLS: " + e.getMessage(), e);
        }
    }

    private void run() throws SSLException {
        client.engine.beginHandshake();
        server.engine.beginHandshake();
        for (int i = 0; i < STEPS && !(client.isDone() && server.isDone()); i++) {
            client.step(server);
            server.step(client);
        }
    }

    /** One end; its buffer holds what it has sent and the other one has not read. */
    private static final class Side {
        private final SSLEngine engine;
        private final ByteBuffer sent = ByteBuffer.allocate(BUFFER_BYTES).flip();

        Side(SSLEngine engine) {
            this.engine = engine;
        }

        boolean isDone() {
            return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING && !sent.hasRemaining();
        }

        void step(Side peer) throws SSLException {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                sent.compact();
                engine.wrap(ByteBuffer.allocate(0), sent);
                sent.flip();
            } else if (peer.sent.hasRemaining()) {
                engine.unwrap(peer.sent, ByteBuffer.allocate(BUFFER_BYTES));
            }
        }
    }
}
