package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class HttpHandlerTest {
    static HttpResponse answer(HttpHandler handler, HttpRequest request) {
        return handler.handle(request).toCompletableFuture().join();
    }

    @Test
    void hasTheFunctionsAnswerAtOnce() {
        HttpResponse response = HttpResponse.of(204);
        HttpHandler handler = HttpHandler.of(request -> response);
        assertSame(response, answer(handler, HttpRequestTest.request("GET", "/")));
    }

    @Test
    void failsTheStageWithWhatTheFunctionThrows() {
        IllegalStateException fault = new IllegalStateException("x");
        HttpHandler handler = HttpHandler.of(request -> {
            throw fault;
        });
        CompletableFuture<HttpResponse> stage = handler.handle(HttpRequestTest.request("GET", "/"))
                .toCompletableFuture();
        assertSame(fault, assertThrows(CompletionException.class, stage::join).getCause());
    }

    @Test
    void failsTheStageWhereTheFunctionReturnsNull() {
        CompletableFuture<HttpResponse> stage = HttpHandler.of(request -> null)
                .handle(HttpRequestTest.request("GET", "/"))
                .toCompletableFuture();
        CompletionException e = assertThrows(CompletionException.class, stage::join);
        assertEquals("the handler returned null",
                assertInstanceOf(NullPointerException.class, e.getCause()).getMessage());
    }
}
