package io.duplex.internal.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.ResponseHead;
import org.junit.jupiter.api.Test;

class StatusTextTest {
    private static String text(int status, String reason) {
        return HttpConnectLayer
                .statusText(new ResponseHead(status, reason, HttpVersion.HTTP_1_1, HttpHeaders.of()));
    }

    @Test
    void theProxysOwnWordsComeFirst() {
        assertEquals("500 Unable to connect", text(500, "Unable to connect"));
    }

    @Test
    void withoutWordsTheStandardOnesAreShown() {
        assertEquals("403 Forbidden", text(403, ""));
        assertEquals("599", text(599, " "));
    }

    @Test
    void nothingThatCouldForgeALogLineIsShownAndNothingLong() {
        assertEquals("500 a?b?" + "x".repeat(96) + "...", text(500, "a\tb\u00e4" + "x".repeat(1000)));
    }
}
