package io.duplex.internal.connection;

import io.duplex.client.ClientRequest;
import io.duplex.extension.ExtensionHeader;
import io.duplex.http.HeadLimits;
import io.duplex.http.HttpException;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpVersion;
import io.duplex.http.PathPattern;
import io.duplex.http.RequestHead;
import io.duplex.http.RequestReader;
import io.duplex.http.RequestTarget;
import io.duplex.internal.handshake.Origin;
import io.duplex.internal.handshake.Subprotocols;
import io.duplex.server.OriginPolicy;
import io.duplex.testkit.Cuts;
import java.net.CookieManager;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a peer may send before a connection is open, each at any size; counted by {@link
 * LinearHandshakeTest}.
 */
final class LinearHandshakes {
    /** Fields of a response: a client takes a hundred at most. */
    private static final int RESPONSE_FIELDS = 96;
    private static final HeadLimits WIDE = new HeadLimits(1 << 24, 1 << 24, 1 << 24);

    private LinearHandshakes() {}

    private static ServerBench server(Cuts cuts) {
        ServerBench bench = new ServerBench();
        bench.headLimits = WIDE;
        bench.capacityBytes = 1 << 22;
        bench.cuts = cuts;
        return bench;
    }

    private static void request(String text) {
        server(Cuts.WHOLE).connect().send(text);
    }

    private static void byteByByte(String text) {
        server(Cuts.every(1)).connect().send(text);
    }

    private static String upgrade(String fields) {
        return ServerBench.get("/chat", ServerBench.KEY_FIELDS + fields);
    }

    // ---- heads

    static void manyFields(int size) {
        request(upgrade("a: b\r\n".repeat(size)));
    }

    static void manyFieldsByteByByte(int size) {
        byteByByte(upgrade("a: b\r\n".repeat(size)));
    }

    static void manyFieldsOfAPage(int size) {
        request(ServerBench.get("/page", "a: b\r\n".repeat(size)));
    }

    static void aLongField(int size) {
        request(upgrade("Cookie: " + "a=b; ".repeat(size) + "\r\n"));
    }

    static void aLongFieldByteByByte(int size) {
        byteByByte(upgrade("a: " + " b ".repeat(size) + "\r\n"));
    }

    static void manyCookies(int size) {
        request(upgrade("Cookie: a=b\r\n".repeat(size)));
    }

    static void manyConnectionOptions(int size) {
        request(upgrade("Connection: " + "a,".repeat(size) + "\r\n"));
    }

    static void manyUpgrades(int size) {
        request(ServerBench.get("/chat", "Upgrade: " + "a, ,".repeat(size) + "websocket\r\n"));
    }

    static void manyLengths(int size) {
        request(ServerBench.get("/page", "Content-Length: 1\r\n".repeat(size)));
    }

    static void manyHosts(int size) {
        request(upgrade("Host: a\r\n".repeat(size)));
    }

    static void requestsOneBehindTheOther(int size) {
        request(ServerBench.get("/page").repeat(size));
    }

    static void aHeadInOneBufferAfterTheOther(int size) throws HttpException {
        RequestReader reader = new RequestReader(WIDE);
        for (byte b : upgrade("a: b\r\n".repeat(size)).getBytes(StandardCharsets.ISO_8859_1)) {
            reader.read(ByteBuffer.wrap(new byte[] { b }));
        }
    }

    // ---- targets

    private static void target(String text) throws HttpException {
        RequestTarget target = RequestTarget.parse(text);
        target.path();
        PathPattern.of("/{a}/b/*").match(target.segments());
        target.queryParameter("none");
    }

    static void aLongLineByteByByte(int size) {
        byteByByte(ServerBench.get("/" + "x".repeat(5 * size), ""));
    }

    static void manySegments(int size) throws HttpException {
        target("/a".repeat(size));
    }

    static void emptySegments(int size) throws HttpException {
        target("/a/b" + "/".repeat(size));
    }

    static void manyDots(int size) throws HttpException {
        target("/a".repeat(size) + "/..".repeat(size) + "/./".repeat(size));
    }

    static void escapedCharacters(int size) throws HttpException {
        target("/" + "%C3%A9+".repeat(size));
    }

    static void manyParameters(int size) throws HttpException {
        target("/?" + "a=b&".repeat(size));
    }

    static void manyNamesOfParameters(int size) throws HttpException {
        StringBuilder query = new StringBuilder("/?");
        for (int i = 0; i < size; i++) {
            query.append("name").append(i).append("=%20&&");
        }
        target(query.toString());
    }

    static void anAbsoluteTarget(int size) {
        request("GET http://" + "a.".repeat(size) + "example/" + "x".repeat(size)
                + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    static void aLongHost(int size) {
        request("GET /chat HTTP/1.1\r\nHost: " + "a.".repeat(size) + "\r\n" + ServerBench.KEY_FIELDS
                + "\r\n");
    }

    // ---- origins

    static void aLongOrigin(int size) {
        HttpHeaders origin = HttpHeaders.of("Origin", "https://" + "a.".repeat(size) + "example.com:1");
        OriginPolicy.allow("https://*.example.com:*")
                .allows(new RequestHead("GET", "/", HttpVersion.HTTP_1_1, origin), true);
        Origin.parse("a".repeat(size) + "://b");
        Origin.parse("https://" + ".".repeat(size) + "example.com");
    }

    static void manyOrigins(int size) {
        RequestHead head = new RequestHead("GET", "/", HttpVersion.HTTP_1_1, origins(size));
        OriginPolicy.sameHost().allows(head, false);
        OriginPolicy.allow("https://*.example.com").allows(head, true);
    }

    private static HttpHeaders origins(int size) {
        HttpHeaders.Builder headers = HttpHeaders.builder().add("Host", "a");
        for (int i = 0; i < size; i++) {
            headers.add("Origin", "https://a.example.com");
        }
        return headers.build();
    }

    // ---- subprotocols and extensions

    static void manySubprotocols(int size) throws HttpException {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < size; i++) {
            names.append("name").append(i).append(i % 2 == 0 ? "," : " , ,");
        }
        Subprotocols.parse(List.of(names.toString()));
        request(upgrade("Sec-WebSocket-Protocol: " + names + "\r\n"));
    }

    static void subprotocolsInManyFields(int size) {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < size; i++) {
            fields.append("Sec-WebSocket-Protocol: name").append(i).append("\r\n");
        }
        request(upgrade(fields.toString()));
    }

    static void emptyExtensions(int size) {
        ExtensionHeader.parse(List.of(" ,\t".repeat(size) + "permessage-deflate"));
    }

    static void extensionsInManyFields(int size) {
        List<String> fields = new java.util.ArrayList<>(java.util.Collections.nCopies(size, ", ,"));
        fields.add("permessage-deflate");
        ExtensionHeader.parse(fields);
    }

    static void aLongNameOfAnExtension(int size) {
        request(upgrade(
                "Sec-WebSocket-Extensions: " + "x".repeat(size) + "; a=\"" + "\\b".repeat(size) + "\"\r\n"));
    }

    static void spaceAroundAParameter(int size) {
        ExtensionHeader
                .parse(List.of("a" + " ".repeat(size) + ";" + " ".repeat(size) + "b" + " ".repeat(size) + "="
                        + " ".repeat(size) + "c"));
    }

    /** Up to the bound of 32 extensions with 32 parameters. */
    static void offersOfDeflate(int size) {
        request(upgrade("Sec-WebSocket-Extensions: "
                + ("permessage-deflate" + "; server_max_window_bits=9".repeat(8) + ", ").repeat(size / 150)
                + "permessage-deflate\r\n"));
    }

    // ---- a client and its server

    private static String response(int size) {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < size * RESPONSE_FIELDS / 8 / 600; i++) {
            fields.append("Name").append(i).append(": ").append("v".repeat(40)).append("\r\n");
        }
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" + fields + "\r\n";
    }

    static void aResponseByteByByte(int size) {
        new ClientBench().connect().cut(Cuts.every(1)).send(response(size));
    }

    static void aResponseWithCookies(int size) {
        ClientRequest request = ClientRequest.builder(ClientBench.URI).cookies(new CookieManager()).build();
        new ClientBench(request, 1 << 16).connect().send(response(size));
    }

    static void anAnswerThatIsNoResponse(int size) {
        new ClientBench().connect()
                .cut(Cuts.every(1))
                .send("HTTP/1.1 404 Not Found\r\nContent-Length: " + size + "\r\n\r\n" + "x".repeat(size));
    }

    static void aRequestAsAnApplicationSeesIt(int size) throws HttpException {
        HttpRequest request = HttpRequest.of(new RequestHead("GET", "/a?" + "b=c&".repeat(size),
                HttpVersion.HTTP_1_1, origins(size)), new InetSocketAddress("127.0.0.1", 1), false);
        request.target().queryParameter("b");
    }
}
