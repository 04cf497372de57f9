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
 * Runs a handshake in memory before a server's first one, once for each provider. A provider loads classes,
 * algorithms and the random source at first use; later there might be no file descriptor or memory for that.
 */
final class Rehearsal {
    private static final int BUFFER_BYTES = 64 * 1024;
    /** More steps than any handshake takes. */
    private static final int STEPS = 100;
    private static final Set<String> DONE = ConcurrentHashMap.newKeySet();

    private final Side client;
    private final Side server;

    private Rehearsal(SSLEngine client, SSLEngine server) {
        this.client = new Side(client);
        this.server = new Side(server);
    }

    /**
     * Rehearses with a server's engine. A handshake that fails, because the client has no certificate for
     * instance, has served its purpose too.
     */
    static void of(Provider provider, SSLEngine server) {
        if (!DONE.contains(provider.getName())) {
            try {
                new Rehearsal(client(provider), server).run();
            } catch (SSLException e) {
                // The provider is loaded as far as possible.
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

    /** One peer; its buffer holds the bytes that the other peer has not read yet. */
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
