package io.duplex.samples.web;

import io.duplex.http.HttpException;
import io.duplex.http.HttpHandler;
import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.RequestTarget;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Requests without a connection, and the answers of a handler to them. */
final class Requests {
    private Requests() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static RequestTarget target(String target) {
        try {
            return RequestTarget.parse(target);
        } catch (HttpException e) {
            throw new UncheckedIOException(e);
        }
    }

    static HttpRequest request(String method, String target) {
        return new HttpRequest(method, target(target), HttpHeaders.of(), Map.of(),
                InetSocketAddress.createUnresolved("peer", 1), false);
    }

    static HttpResponse answer(HttpHandler handler, HttpRequest request) {
        return handler.handle(request).toCompletableFuture().join();
    }
}
