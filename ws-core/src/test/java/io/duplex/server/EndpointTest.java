package io.duplex.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.duplex.BlockingHandler;
import io.duplex.ConnectionOptions;
import io.duplex.WebSocketHandler;
import io.duplex.extension.PerMessageDeflate;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class EndpointTest {
    private static final PerMessageDeflate DEFLATE = PerMessageDeflate.create();

    private final WebSocketHandler handler = new WebSocketHandler() {};

    private static HttpRequest request() throws Exception {
        return HttpRequest.of(new RequestHead("GET", "/", HttpVersion.HTTP_1_1, HttpHeaders.of("Host", "a")),
                InetSocketAddress.createUnresolved("192.0.2.1", 1), false);
    }

    @Test
    void hasSafeDefaults() {
        Endpoint endpoint = Endpoint.of(handler);
        RequestHead foreign = new RequestHead("GET", "/", HttpVersion.HTTP_1_1,
                HttpHeaders.builder().add("Host", "a").add("Origin", "http://b").build());
        assertEquals(false, endpoint.origins().allows(foreign, false));
        assertEquals(Optional.empty(), endpoint.subprotocols().select(List.of("x"), foreign));
        assertEquals(List.of(), endpoint.extensions());
        assertEquals(HttpHeaders.of(), endpoint.responseHeaders());
        assertEquals(Optional.empty(), endpoint.options());
    }

    @Test
    void givesOneHandlerToAll() throws Exception {
        Endpoint.Application.Callbacks callbacks = assertInstanceOf(Endpoint.Application.Callbacks.class,
                Endpoint.of(handler).application());
        assertSame(handler, callbacks.handlers().apply(request()));
        assertSame(handler, callbacks.handlers().apply(request()));
    }

    @Test
    void anExecutorIsForCallbacksOnly() {
        Executor executor = Runnable::run;
        Endpoint endpoint = Endpoint.builder().executor(executor).handler(handler).build();
        assertSame(executor, assertInstanceOf(Endpoint.Application.Callbacks.class, endpoint.application())
                .executor()
                .orElseThrow());
        Endpoint.Builder blocking = Endpoint.builder().executor(executor).blocking(ws -> {});
        assertTrue(assertThrows(IllegalStateException.class, blocking::build).getMessage()
                .contains("thread of its own"));
    }

    @Test
    void makesAHandlerForEach() throws Exception {
        HttpRequest request = request();
        Endpoint endpoint = Endpoint.builder().handlers(seen -> {
            assertSame(request, seen);
            return handler;
        }).build();
        assertSame(handler, assertInstanceOf(Endpoint.Application.Callbacks.class, endpoint.application())
                .handlers()
                .apply(request));
    }

    @Test
    void takesABlockingHandler() {
        BlockingHandler blocking = ws -> ws.close();
        assertEquals(new Endpoint.Application.Blocking(blocking),
                Endpoint.builder().blocking(blocking).build().application());
    }

    @Test
    void keepsWhatIsSet() {
        OriginPolicy origins = OriginPolicy.any();
        SubprotocolSelector subprotocols = SubprotocolSelector.preferring("a");
        Authorizer authorizer = Authorizer.granting();
        Endpoint endpoint = Endpoint.builder()
                .handler(handler)
                .origins(origins)
                .subprotocols(subprotocols)
                .authorizer(authorizer)
                .extensions(List.of(DEFLATE))
                .responseHeaders(HttpHeaders.of("Server", "x"))
                .options(ConnectionOptions.SERVER)
                .build();
        assertSame(origins, endpoint.origins());
        assertSame(subprotocols, endpoint.subprotocols());
        assertSame(authorizer, endpoint.authorizer());
        assertEquals(List.of(DEFLATE), endpoint.extensions());
        assertEquals(HttpHeaders.of("Server", "x"), endpoint.responseHeaders());
        assertEquals(Optional.of(ConnectionOptions.SERVER), endpoint.options());
    }

    @Test
    void refusesWhatCannotWork() {
        assertThrows(IllegalStateException.class, () -> Endpoint.builder().build());
        assertThrows(NullPointerException.class, () -> Endpoint.builder().handler(null));
        assertThrows(NullPointerException.class,
                () -> Endpoint.builder().handler(handler).origins(null).build());
        assertThrows(IllegalArgumentException.class, () -> Endpoint.builder()
                .handler(handler)
                .extensions(List.of(DEFLATE, DEFLATE))
                .build());
        assertThrows(IllegalArgumentException.class, () -> Endpoint.builder()
                .handler(handler)
                .responseHeaders(HttpHeaders.of("upgrade", "x"))
                .build());
    }
}
