package io.duplex.benchmarks.transports;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The load generator's end of TLS: always the JDK's provider, so that what differs between runs is the
 * server. It trusts everybody, and counts how often it was asked to: a resumed handshake shows no
 * certificate. One thread.
 */
final class ClientTls {
    private final SSLContext context;
    private final String protocol;
    private final boolean resumes;
    private long certificates;

    /**
     * @param protocol the only version it speaks
     * @param resumes whether it offers the session of an earlier handshake
     */
    ClientTls(String protocol, boolean resumes) {
        this.protocol = protocol;
        this.resumes = resumes;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] { new CountingTrust() }, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK's TLS does not work", e);
        }
    }

    /** Puts TLS on a connected channel. */
    TlsChannel on(SocketChannel channel) throws IOException {
        InetSocketAddress server = (InetSocketAddress) channel.getRemoteAddress();
        // Sessions are found by host and port; without them there is nothing to resume.
        SSLEngine engine = resumes
                ? context.createSSLEngine("localhost", server.getPort())
                : context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] { protocol });
        return new TlsChannel(channel, engine);
    }

    /** How many handshakes were made in full. */
    long certificates() {
        return certificates;
    }

    private final class CountingTrust extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            certificates++;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            certificates++;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            certificates++;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new IllegalStateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new IllegalStateException("this is a client");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
