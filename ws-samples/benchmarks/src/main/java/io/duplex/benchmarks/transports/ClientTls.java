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
 * TLS of the load generator: always the JDK's provider, so that runs differ only in the server. It trusts any
 * certificate and counts the checks: a resumed handshake has none. One thread.
 */
final class ClientTls {
    private final SSLContext context;
    private final String protocol;
    private final boolean resumes;
    private long certificates;

    /**
     * @param protocol the only version
     * @param resumes whether sessions of earlier handshakes are offered
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

    /** Adds TLS to a connected channel. */
    TlsChannel on(SocketChannel channel) throws IOException {
        InetSocketAddress server = (InetSocketAddress) channel.getRemoteAddress();
        // Sessions are looked up by host and port.
        SSLEngine engine = resumes
                ? context.createSSLEngine("localhost", server.getPort())
                : context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] { protocol });
        return new TlsChannel(channel, engine);
    }

    /** Returns the number of full handshakes. */
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
