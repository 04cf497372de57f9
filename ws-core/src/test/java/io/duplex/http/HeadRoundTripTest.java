package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written is read back as it was, and not one byte more is taken. */
class HeadRoundTripTest {
    private static final HeadLimits LIMITS = new HeadLimits(1000, 20, 10_000);

    @Property(tries = 200)
    void aRequestIsReadAsItWasWritten(@ForAll("requests") RequestHead head) {
        byte[] wire = Reading.bytes(new String(head.encode(), StandardCharsets.ISO_8859_1) + "rest");
        assertEquals(new Reading.Outcome(Optional.of(head), 0, "rest"),
                Reading.everyWay(() -> new RequestReader(LIMITS), wire));
    }

    @Property(tries = 200)
    void aResponseIsReadAsItWasWritten(@ForAll("responses") ResponseHead head) {
        assertEquals(new Reading.Outcome(Optional.of(head), 0, ""),
                Reading.everyWay(() -> new ResponseReader(LIMITS), head.encode()));
    }

    @Provide
    Arbitrary<RequestHead> requests() {
        return Combinators.combine(tokens(), targets(), fields()).as((method, target, fields) -> {
            HttpHeaders.Builder headers = HttpHeaders.builder().add("Host", "example.com");
            fields.forEach(field -> headers.add("X-" + field.name(), field.value()));
            return new RequestHead(method, "/" + target, HttpVersion.HTTP_1_1, headers.build());
        });
    }

    @Provide
    Arbitrary<ResponseHead> responses() {
        Arbitrary<HttpVersion> versions = Arbitraries.of(HttpVersion.class);
        return Combinators.combine(Arbitraries.integers().between(100, 599), fieldText(), versions, fields())
                .as((status, reason, version, fields) -> {
                    HttpHeaders.Builder headers = HttpHeaders.builder();
                    fields.forEach(field -> headers.add(field.name(), field.value()));
                    return new ResponseHead(status, reason, version, headers.build());
                });
    }

    private static Arbitrary<List<HttpHeaders.Field>> fields() {
        return Combinators.combine(tokens(), fieldText()).as(HttpHeaders.Field::new).list().ofMaxSize(8);
    }

    private static Arbitrary<String> tokens() {
        return Arbitraries.strings()
                .alpha()
                .numeric()
                .withChars("!#$%&'*+-.^_`|~")
                .ofMinLength(1)
                .ofMaxLength(12);
    }

    private static Arbitrary<String> targets() {
        return Arbitraries.strings().withCharRange('!', '~').excludeChars('#').ofMaxLength(30);
    }

    private static Arbitrary<String> fieldText() {
        return Arbitraries.strings()
                .withChars('\t')
                .withCharRange(' ', '~')
                .withCharRange('\u0080', '\u00ff')
                .ofMaxLength(30);
    }
}
