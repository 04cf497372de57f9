package io.duplex.internal.handshake;

import static io.duplex.client.ClientRequests.handshake;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.duplex.HandshakeException;
import io.duplex.client.ClientRequest;
import io.duplex.http.HttpHeaders;
import io.duplex.http.ResponseHead;
import java.io.IOException;
import java.net.CookieHandler;
import java.net.CookieManager;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandshakeCookiesTest {
    private final CookieManager kept = new CookieManager();

    private ClientRequest.Builder request(String uri) {
        return ClientRequest.builder(URI.create(uri)).cookies(kept);
    }

    private void store(String uri, String... cookies) throws HandshakeException {
        HttpHeaders.Builder headers = HttpHeaders.builder();
        for (String cookie : cookies) {
            headers.add("set-cookie", cookie);
        }
        HandshakeCookies.store(handshake(request(uri).build()), ResponseHead.of(101, headers.build()));
    }

    @Test
    void sendsWhatItHasReceived() throws HandshakeException {
        store("ws://a.example/", "one=1; Path=/", "two=2; Path=/");
        assertEquals(Optional.of("one=1; two=2"),
                HandshakeCookies.forRequest(handshake(request("ws://a.example/chat").build())));
        assertEquals(Optional.empty(),
                HandshakeCookies.forRequest(handshake(request("ws://b.example/chat").build())));
    }

    @Test
    void sendsSecureCookiesOverTlsOnlyAndHttpOnlyOnesAlways() throws HandshakeException {
        store("wss://a.example/", "s=1; Path=/; Secure", "h=1; Path=/; HttpOnly");
        assertEquals(Optional.of("s=1; h=1"),
                HandshakeCookies.forRequest(handshake(request("wss://a.example/").build())));
        assertEquals(Optional.of("h=1"),
                HandshakeCookies.forRequest(handshake(request("ws://a.example/").build())));
    }

    @Test
    void putsTheApplicationsOwnFirstInOneField() throws HandshakeException {
        store("ws://a.example/", "one=1; Path=/");
        assertEquals(Optional.of("own=0; one=1"),
                HandshakeCookies
                        .forRequest(handshake(request("ws://a.example/").header("Cookie", "own=0").build())));
    }

    @Test
    void doesNothingWithoutAHandler() throws HandshakeException {
        HandshakeRequest plain = handshake(ClientRequest.of(URI.create("ws://a.example/")));
        HandshakeCookies.store(plain, ResponseHead.of(101, HttpHeaders.of("Set-Cookie", "a=b")));
        assertEquals(Optional.empty(), HandshakeCookies.forRequest(plain));
    }

    @Test
    void saysWhenTheHandlerFails() {
        IOException disk = new IOException("disk");
        HandshakeRequest request = handshake(request("ws://a.example/").cookies(new CookieHandler() {
            @Override
            public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers)
                    throws IOException {
                throw disk;
            }

            @Override
            public void put(URI uri, Map<String, List<String>> headers) throws IOException {
                throw disk;
            }
        }).build());
        HandshakeException get = assertThrows(HandshakeException.class,
                () -> HandshakeCookies.forRequest(request));
        assertEquals("the cookie handler gave no cookies", get.getMessage());
        assertSame(disk, get.getCause());
        HandshakeException put = assertThrows(HandshakeException.class,
                () -> HandshakeCookies.store(request, ResponseHead.of(101, HttpHeaders.of())));
        assertEquals("the cookie handler took no cookies", put.getMessage());
        assertSame(disk, put.getCause());
    }
}
