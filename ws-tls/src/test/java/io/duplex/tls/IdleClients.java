package io.duplex.tls;

import io.duplex.testkit.RawSocket;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * A process of clients that idle, so that their heap is not the server's: opens as many WebSockets to the
 * port in its first argument as each line of its input says, and tells when they are open. It ends with its
 * input.
 */
final class IdleClients {
    private IdleClients() {}

    public static void main(String[] arguments) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] { new TrustSource.TrustEverything() }, null);
        InetSocketAddress server = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        List<RawSocket> open = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            for (int i = Integer.parseInt(line); i > 0; i--) {
                open.add(RawSocket.connect(server, OptionalInt.empty(), tcp -> {
                    Socket tls =
                            context.getSocketFactory().createSocket(tcp, "127.0.0.1", tcp.getPort(), true);
                    ((SSLSocket) tls).startHandshake();
                    return tls;
                }).handshake("/"));
            }
            System.out.println(open.size());
        }
    }
}
