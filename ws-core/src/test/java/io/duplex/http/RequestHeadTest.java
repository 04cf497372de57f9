package io.duplex.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadTest {
    private static RequestHead head(String method, String target) {
        return new RequestHead(method, target, HttpVersion.HTTP_1_1, HttpHeaders.of("Host", "A:81"));
    }

    @Test
    void encodesByteByByteAsTheRfcSays() {
        byte[] expected = Reading.bytes("GET /a?b HTTP/1.1\r\nHost: A:81\r\n\r\n");
        assertArrayEquals(expected, head("GET", "/a?b").encode());
        ByteBuffer dst = ByteBuffer.allocate(expected.length);
        head("GET", "/a?b").encode(dst);
        assertArrayEquals(expected, dst.array());
        assertThrows(BufferOverflowException.class, () -> head("GET", "/a?b").encode(ByteBuffer.allocate(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "G T", "GET\r\n", "G\u00c9T" })
    void refusesAMethodThatIsNoToken(String method) {
        assertThrows(IllegalArgumentException.class, () -> head(method, "/"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "/a b", "/ HTTP/1.1\r\nX: 1", "/#a", "/\u00e9", "/\u007f" })
    void refusesATargetThatCouldForgeALine(String target) {
        assertThrows(IllegalArgumentException.class, () -> head("GET", target));
    }

    @Test
    void knowsWhomTheClientTalksTo() throws HttpException {
        assertEquals(Optional.of(Authority.parse("a:81")), head("GET", "/").authority());
        assertEquals(Optional.of(Authority.parse("b")), head("GET", "http://b/").authority());
        assertEquals("/x", head("GET", "http://b/x").requestTarget().path());
    }

    @Test
    void aMalformedHeadMadeByHandHasNoTargetAndNoAuthority() {
        assertThrows(IllegalStateException.class, () -> head("GET", "a%b").targetForm());
        assertThrows(IllegalStateException.class, () -> head("GET", "/%zz").requestTarget());
        assertThrows(IllegalStateException.class, () -> head("OPTIONS", "*").requestTarget());
        RequestHead badHost =
                new RequestHead("GET", "/", HttpVersion.HTTP_1_1, HttpHeaders.of("Host", "a b"));
        assertThrows(IllegalStateException.class, badHost::authority);
    }
}
