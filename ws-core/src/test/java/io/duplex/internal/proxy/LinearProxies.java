package io.duplex.internal.proxy;

import io.duplex.ProxyServer;
import io.duplex.testkit.Cuts;
import java.util.List;
import java.util.Optional;

/** What a proxy may answer, each at any size; counted by {@link LinearProxyTest}. */
final class LinearProxies {
    private static final TunnelTarget TARGET = new TunnelTarget("example.com", 443, Optional.empty());
    private static final Cuts BYTEWISE = Cuts.every(1);

    private LinearProxies() {}

    private static TunnelBench http() {
        return new TunnelBench(
                above -> new HttpConnectLayer(above, ProxyServer.http("proxy.example", 8080), TARGET))
                .connect();
    }

    static void aLongAnswerByteByByte(int size) {
        http().cut(BYTEWISE)
                .says("HTTP/1.1 200 " + "x".repeat(size) + "\r\nVia: " + "y".repeat(size) + "\r\n\r\n");
    }

    static void manyFields(int size) {
        http().says("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(size / 60) + "\r\n");
    }

    static void challenges(int size) {
        http().says("HTTP/1.1 407 Who\r\nProxy-Authenticate: " + "Basic,".repeat(size) + "\r\n\r\n");
        Challenges.schemes(List.of("a=\"\\\",".repeat(size), "Digest " + " ".repeat(size), "x".repeat(size)));
    }

    static void bytesBehindTheAnswer(int size) {
        http().cut(BYTEWISE).says("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(size));
    }

    /** The bound address, of which a name has up to 255 bytes. */
    static void aSocksReplyByteByByte(int size) {
        int[] reply = new int[5 + size / 24 + 2];
        reply[0] = 5;
        reply[3] = 3;
        reply[4] = size / 24;
        new TunnelBench(above -> new Socks5Layer(above, ProxyServer.socks5("proxy.example", 1080), TARGET))
                .connect()
                .cut(BYTEWISE)
                .says(5, 0)
                .says(reply);
    }
}
