package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes in: a head, the wish for more, or an {@link HttpException}, and the same however it is cut.
 */
class HeadFuzzTest {
    private static final HeadLimits LIMITS = new HeadLimits(80, 6, 200);
    private static final List<Supplier<HeadReader<?>>> READERS = List.of(() -> new RequestReader(LIMITS),
            () -> new ResponseReader(LIMITS));
    private static final List<String> SEEDS = List.of(
            "GET /chat?a=b%20c HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n\r\nrest",
            "GET http://[::1]:80/../%41 HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n",
            "POST * HTTP/1.0\r\nTransfer-Encoding: gzip, chunked\r\nX:\t\u00e9\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n\u0081\u0000");
    private static final byte[] SPECIAL = Reading.bytes("\r\n\t :,/%?#*@[]\u0000\u007f\u00ff01HTP.");

    @Test
    void mutatedHeadsAreReadOrRefused() {
        Random random = new Random(9112);
        int refused = 0;
        for (int round = 0; round < 3000; round++) {
            byte[] wire = Reading.bytes(SEEDS.get(random.nextInt(SEEDS.size())));
            for (int change = random.nextInt(4); change >= 0; change--) {
                wire[random.nextInt(wire.length)] = random.nextBoolean()
                        ? SPECIAL[random.nextInt(SPECIAL.length)]
                        : (byte) random.nextInt();
            }
            refused += check(wire);
        }
        assertTrue(refused > 1000 && refused < 6000, "both outcomes were met: " + refused);
    }

    /** Guided when run as a fuzzer (JAZZER_FUZZ=1), else once for each stored input. */
    @FuzzTest(maxDuration = "30s")
    void anyBytesAreReadOrRefused(byte[] wire) {
        check(wire);
    }

    private static int check(byte[] wire) {
        int refused = 0;
        for (Supplier<HeadReader<?>> reader : READERS) {
            Reading.Outcome whole = Reading.cutAt(reader.get(), wire, wire.length);
            assertEquals(whole, Reading.byteByByte(reader.get(), wire));
            refused += whole.status() == 0 ? 0 : 1;
            whole.head().ifPresent(HeadFuzzTest::useHead);
        }
        return refused;
    }

    private static void useHead(Object head) {
        if (head instanceof RequestHead request) {
            try {
                assertTrue(RequestTarget.parse(request.target()).path().startsWith("/"));
                assertTrue(new String(request.encode(), StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n"));
            } catch (HttpException e) {
                assertEquals(400, e.status());
            }
        }
    }
}
