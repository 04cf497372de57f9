package io.duplex.internal.runtime;

import io.duplex.WebSocket;
import io.duplex.extension.Extension;
import io.duplex.frame.CloseStatus;
import io.duplex.frame.MaskKeys;
import io.duplex.http.HttpRequest;
import io.duplex.internal.connection.ServerConnection;
import io.duplex.internal.handshake.HandshakeKey;
import io.duplex.internal.proxy.Tunnels;
import io.duplex.internal.session.Session;
import io.duplex.transport.Preparation;
import io.duplex.transport.SafeLog;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Initializes what the first connection would otherwise initialize: classes, the random source, cryptography,
 * native libraries, the logger, time zones. Each of them opens files, and some never try again after a
 * failure.
 */
final class FirstUse {
    private static volatile boolean ready;

    private FirstUse() {}

    /**
     * Initializes everything, once in a process.
     *
     * @throws IOException if there are no descriptors for it now
     */
    static void prepare() throws IOException {
        if (ready) {
            return;
        }
        Preparation.load(WebSocket.class, HttpRequest.class, CloseStatus.class, Extension.class,
                Transport.class,
                HandshakeKey.class, Session.class, ServerConnection.class, Tunnels.class, FirstUse.class);
        MaskKeys.shared().next();
        HandshakeKey.accept(HandshakeKey.generate(new SecureRandom()));
        new Deflater().end();
        new Inflater().end();
        // A log line contains a time.
        ZoneId.systemDefault().getRules();
        SafeLog.of("io.duplex");
        awaitVirtualThread();
        ready = true;
    }

    /** The first virtual thread starts the scheduler. */
    private static void awaitVirtualThread() {
        try {
            Thread.ofVirtual().start(() -> {}).join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
