package io.duplex.internal.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Schemes out of {@code Proxy-Authenticate} (RFC 9110 section 11.6.1). */
class ChallengesTest {
    private static List<String> schemes(String... values) {
        return Challenges.schemes(List.of(values));
    }

    @Test
    void severalFieldsAndSeveralInOne() {
        assertEquals(List.of("Negotiate", "NTLM", "Basic"), schemes("Negotiate, NTLM", "Basic realm=\"x\""));
    }

    @Test
    void parametersAreNoSchemes() {
        assertEquals(List.of("Digest", "Basic"),
                schemes("Digest realm=\"x\", nonce=abc, qop = \"auth\", Basic realm=\"y\", "
                        + "charset=\"UTF-8\""));
    }

    @Test
    void commasInQuotesCutNothing() {
        assertEquals(List.of("Basic", "Bearer"), schemes("Basic realm=\"a, Evil, \\\", b\", Bearer"));
    }

    @Test
    void aTokenBehindASchemeIsNone() {
        assertEquals(List.of("NTLM"), schemes("NTLM TlRMTVNTUAACAAAA=="));
    }

    @Test
    void whatIsNoTokenIsNotShown() {
        assertEquals(List.of(), schemes("", ",,", "\u0001evil", "b\u00e4sic", "x".repeat(41)));
    }

    @Test
    void noMoreThanEightAreShown() {
        List<String> many = IntStream.range(0, 100).mapToObj(i -> "S" + i).toList();
        assertEquals(many.subList(0, 8), Challenges.schemes(new ArrayList<>(many)));
    }
}
