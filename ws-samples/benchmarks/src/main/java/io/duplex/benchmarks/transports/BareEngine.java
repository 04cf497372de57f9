package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * Processor time of the JDK's TLS engine to open a message and to seal its echo, in memory: the lower bound
 * for a server with TLS. Only the server's half is measured. One thread.
 */
final class BareEngine {
    /** Messages that the client seals before the measurement starts. */
    private static final int MESSAGES = 16;

    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer message;
    private final ByteBuffer toServer;
    private final ByteBuffer toClient;
    private final ByteBuffer opened;

    /** Creates both engines, for messages of this size. */
    BareEngine(int messageBytes) throws IOException {
        SSLContext context = ServerKey.context();
        client = engine(context, true);
        server = engine(context, false);
        int record = client.getSession().getPacketBufferSize();
        int records = (messageBytes / (16 << 10) + 1) * MESSAGES + 1;
        message = ByteBuffer.allocate(messageBytes);
        toServer = ByteBuffer.allocateDirect(records * record);
        toClient = ByteBuffer.allocateDirect(records * record);
        opened = ByteBuffer
                .allocateDirect(Math.max(client.getSession().getApplicationBufferSize(), messageBytes)
                        + record);
        shakeHands();
    }

    private static SSLEngine engine(SSLContext context, boolean isClient) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(isClient);
        engine.setEnabledProtocols(new String[] { "TLSv1.3" });
        engine.setEnabledCipherSuites(new String[] { "TLS_AES_128_GCM_SHA256" });
        return engine;
    }

    private void shakeHands() throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        while (!isOver(client) || !isOver(server)) {
            step(client, toServer, toClient);
            step(server, toClient, toServer);
        }
        toServer.clear();
        // Records after the handshake, such as tickets.
        toClient.flip();
        while (toClient.hasRemaining()) {
            client.unwrap(toClient, opened.clear());
        }
        toClient.clear();
    }

    private static boolean isOver(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                in.flip();
                engine.unwrap(in, opened.clear());
                in.compact();
            }
            case FINISHED, NOT_HANDSHAKING -> {
                // The peer's turn.
            }
        }
    }

    /** Returns the processor time of a message in microseconds. */
    double run(long nanos) throws SSLException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = System.nanoTime() + nanos;
        long used = 0;
        long count = 0;
        do {
            seal(client, toServer.clear());
            long before = threads.getCurrentThreadCpuTime();
            open(server, toServer.flip());
            seal(server, toClient.clear());
            used += threads.getCurrentThreadCpuTime() - before;
            open(client, toClient.flip());
            count += MESSAGES;
        } while (System.nanoTime() - end < 0);
        return used / 1e3 / count;
    }

    private void seal(SSLEngine engine, ByteBuffer into) throws SSLException {
        for (int i = 0; i < MESSAGES; i++) {
            message.clear();
            while (message.hasRemaining()) {
                engine.wrap(message, into);
            }
        }
    }

    private void open(SSLEngine engine, ByteBuffer from) throws SSLException {
        while (from.hasRemaining()) {
            engine.unwrap(from, opened.clear());
        }
    }
}
