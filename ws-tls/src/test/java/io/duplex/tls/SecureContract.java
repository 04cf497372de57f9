package io.duplex.tls;

import io.duplex.client.WebSocketClient;
import io.duplex.contract.TransportContract;
import io.duplex.server.WebSocketServer;
import io.duplex.testkit.AboveTcp;
import io.duplex.testkit.RawServer;
import io.duplex.transport.Transport;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** The whole transport contract over TLS, against the JDK's blocking TLS sockets as raw peers. */
abstract class SecureContract extends TransportContract {
    private static final SSLContext RAW = rawContext();

    private final Transport transport;
    private final Tls serverTls;
    private final Tls clientTls;

    SecureContract(Transport transport, TlsProvider provider) {
        this(transport, provider, provider);
    }

    SecureContract(Transport transport, TlsProvider server, TlsProvider client) {
        this.transport = transport;
        serverTls = Peers.tls(Peers.serverConfig(server, "TLSv1.3", "TLSv1.2"));
        clientTls = Peers.tls(Peers.clientConfig(client, "TLSv1.3", "TLSv1.2"));
    }

    /** Of the JDK; {@code requireCloseNotify}, set for all tests, makes a FIN without one a failure. */
    private static SSLContext rawContext() {
        try {
            Identity identity = Peers.CERTIFICATE.identity();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("key", identity.key(), new char[0],
                    identity.chain().toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] { new TrustSource.TrustEverything() },
                    null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Transport transport() {
        return transport;
    }

    @Override
    protected WebSocketServer.Builder server() {
        return super.server().secure(serverTls);
    }

    @Override
    protected WebSocketClient.Builder client() {
        return super.client().secure(clientTls);
    }

    @Override
    protected AboveTcp rawClientAboveTcp() {
        return tcp -> {
            Socket secured = RAW.getSocketFactory().createSocket(tcp, "127.0.0.1", tcp.getPort(), true);
            ((SSLSocket) secured).startHandshake();
            return secured;
        };
    }

    @Override
    protected AboveTcp rawServerAboveTcp() {
        return tcp -> RAW.getSocketFactory().createSocket(tcp, null, true);
    }

    @Override
    protected URI uri(RawServer server, String path) {
        return URI.create("wss://127.0.0.1:" + server.port() + path);
    }

    @Override
    protected boolean secure() {
        return true;
    }
}
