package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Feeds wire examples to a reader: whole, byte by byte, and cut at every offset; all must come to the same.
 */
final class Reading {
    private Reading() {}

    /** What a reader made of some bytes: a head and what it left, a status, or the wish for more. */
    record Outcome(Optional<Object> head, int status, String leftover) {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static Outcome ofRequest(String wire) {
        return everyWay(() -> new RequestReader(HeadLimits.DEFAULT), bytes(wire));
    }

    static Outcome ofResponse(String wire) {
        return everyWay(() -> new ResponseReader(HeadLimits.DEFAULT), bytes(wire));
    }

    static RequestHead request(String wire) {
        Outcome outcome = ofRequest(wire);
        assertEquals(0, outcome.status, wire);
        return (RequestHead) outcome.head.orElseThrow();
    }

    static ResponseHead response(String wire) {
        Outcome outcome = ofResponse(wire);
        assertEquals(0, outcome.status, wire);
        return (ResponseHead) outcome.head.orElseThrow();
    }

    static RequestTarget target(String target) {
        try {
            return RequestTarget.parse(target);
        } catch (HttpException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Outcome everyWay(Supplier<HeadReader<?>> readers, byte[] wire) {
        Outcome whole = cutAt(readers.get(), wire, wire.length);
        for (int cut = 0; cut < wire.length; cut++) {
            assertEquals(whole, cutAt(readers.get(), wire, cut), "cut at " + cut);
        }
        assertEquals(whole, byteByByte(readers.get(), wire), "byte by byte");
        return whole;
    }

    static Outcome cutAt(HeadReader<?> reader, byte[] wire, int cut) {
        return feed(reader, wire, cut, Math.max(1, wire.length - cut));
    }

    static Outcome byteByByte(HeadReader<?> reader, byte[] wire) {
        return feed(reader, wire, 1, 1);
    }

    /** A first piece, then pieces of one size. */
    private static Outcome feed(HeadReader<?> reader, byte[] wire, int first, int size) {
        try {
            int from = 0;
            for (int to = first; from < wire.length; to = Math.min(wire.length, to + size)) {
                ByteBuffer piece = ByteBuffer.wrap(wire, from, to - from).slice();
                Optional<?> head = reader.read(piece);
                if (head.isPresent()) {
                    int end = from + piece.position();
                    String leftover = new String(wire, end, wire.length - end, StandardCharsets.ISO_8859_1);
                    return new Outcome(Optional.of(head.get()), 0, leftover);
                }
                assertEquals(0, piece.remaining(), "an unfinished head takes every byte");
                from = to;
            }
            return new Outcome(Optional.empty(), 0, "");
        } catch (HttpException e) {
            return new Outcome(Optional.empty(), e.status(), "");
        }
    }
}
