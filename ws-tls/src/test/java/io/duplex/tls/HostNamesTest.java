package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 9525 section 6, independent of earlier checks. */
class HostNamesTest {
    @ParameterizedTest
    @CsvSource({ "example.com,example.com", "EXAMPLE.com,example.COM", "*.example.com,a.example.com",
        "example.com.,example.com", "example.com,example.com." })
    void matches(String pattern, String host) {
        assertTrue(HostNames.matches(pattern, host));
    }

    @ParameterizedTest
    @CsvSource({ "example.com,a.example.com", "*.example.com,example.com", "*.example.com,a.b.example.com",
        "foo.*.com,foo.evil.com", "f*.example.com,foo.example.com", "*,localhost", "*.com,evil.com",
        "*.*.com,a.b.com", "*.example.com,.example.com" })
    void doesNotMatch(String pattern, String host) {
        assertFalse(HostNames.matches(pattern, host));
    }

    @Test
    void addressesAreComparedAsAddresses() {
        SelfSigned certificate = SelfSigned.of("::1", "192.0.2.1");
        assertDoesNotThrow(() -> HostNames.check(certificate.certificate(), "0:0:0:0:0:0:0:1"));
        assertDoesNotThrow(() -> HostNames.check(certificate.certificate(), "192.0.2.1"));
        TlsException e = assertThrows(TlsException.class,
                () -> HostNames.check(certificate.certificate(), "192.0.2.2"));
        assertEquals(TlsException.Reason.NAME_MISMATCH, e.reason());
    }

    @Test
    void theSubjectsCommonNameIsNoName() {
        TlsException e = assertThrows(TlsException.class,
                () -> HostNames.check(SelfSigned.of("192.0.2.1").certificate(), "a.example"));
        assertEquals("expected a certificate for a.example, but it is for no name of this kind",
                e.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void aWildcardInTheMiddleIsRefusedWhateverTheProviderThinks(TlsProvider provider) {
        SelfSigned evil = SelfSigned.of("foo.*.com");
        Peers peers = new Peers(
                Peers.tls(TlsConfig.builder().provider(provider).trust(evil.certificate())),
                Peers.tls(TlsConfig.builder().provider(provider).selfSigned(evil)), "foo.evil.com").connect();
        assertTrue(peers.clientCalls().get(1).startsWith("failure expected a certificate for foo.evil.com"),
                peers.clientCalls().toString());
    }
}
