package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.duplex.tls.TlsException.Reason;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the providers throw, and what is told of it: their own words for the same mishap, collected. */
class FailureTextTest {
    private static SSLException thrown(String message, Throwable... causes) {
        SSLException thrown = new SSLHandshakeException(message);
        Throwable at = thrown;
        for (Throwable cause : causes) {
            at.initCause(cause);
            at = cause;
        }
        return thrown;
    }

    static Stream<Arguments> onAClient() {
        return Stream.of(
                arguments(Reason.UNTRUSTED, thrown("PKIX path building failed", new CertificateException("x"),
                        new CertPathBuilderException("unable to find valid certification path"))),
                arguments(Reason.UNTRUSTED,
                        thrown("x", new TlsFatalAlert(AlertDescription.certificate_unknown,
                                new CertificateException("unable",
                                        new CertPathValidatorException("Trust anchor not found"))))),
                arguments(Reason.EXPIRED, thrown("x", new CertificateExpiredException("since yesterday"))),
                arguments(Reason.EXPIRED, thrown("x", new CertificateNotYetValidException("until tomorrow"))),
                arguments(Reason.NAME_MISMATCH,
                        thrown("x", new CertificateException("No name matching a found"))),
                arguments(Reason.NAME_MISMATCH,
                        thrown("x",
                                new CertificateException(
                                        "No subject alternative names matching IP address"))),
                arguments(Reason.NAME_MISMATCH,
                        thrown("x", new TlsFatalAlert(AlertDescription.certificate_unknown,
                                new CertificateException("No name found matching a")))),
                arguments(Reason.REFUSED_BY_PEER, thrown("Received fatal alert: handshake_failure")),
                arguments(Reason.REFUSED_BY_PEER,
                        thrown("x", new TlsFatalAlertReceived(AlertDescription.unknown_ca))),
                arguments(Reason.NOTHING_IN_COMMON, thrown("No appropriate protocol")),
                arguments(Reason.NOTHING_IN_COMMON,
                        thrown("The server selected protocol version TLS10 is not accepted by client"
                                + " preferences")),
                arguments(Reason.NOTHING_IN_COMMON, thrown("(insufficient_security) x")),
                arguments(Reason.PROTOCOL, thrown("(bad_record_mac) Tag mismatch")),
                arguments(Reason.PROTOCOL,
                        thrown("bad", new TlsFatalAlert(AlertDescription.bad_record_mac))));
    }

    @ParameterizedTest
    @MethodSource("onAClient")
    void aClientIsToldTheReason(Reason reason, SSLException thrown) {
        TlsException told = FailureText.of(thrown, true, "example.com:443");
        assertSame(reason, told.reason(), told.getMessage());
        assertSame(thrown, told.getCause());
        assertTrue(told.getMessage().contains("example.com") || reason == Reason.PROTOCOL
                || reason == Reason.NOTHING_IN_COMMON, told.getMessage());
    }

    private static SSLException bouncyCastles(short alert) {
        return thrown("x", new TlsFatalAlert(alert));
    }

    static Stream<Arguments> onAServer() {
        return Stream.of(arguments(Reason.CERTIFICATE_MISSING, thrown("Empty client certificate chain")),
                arguments(Reason.CERTIFICATE_MISSING, bouncyCastles(AlertDescription.certificate_required)),
                arguments(Reason.CERTIFICATE_MISSING, bouncyCastles(AlertDescription.bad_certificate)),
                arguments(Reason.CERTIFICATE_MISSING, thrown("(certificate_required) x")),
                arguments(Reason.CERTIFICATE_MISSING,
                        thrown("(handshake_failure) Empty client certificate chain")),
                arguments(Reason.NOTHING_IN_COMMON, thrown("no cipher suites in common")),
                arguments(Reason.NOTHING_IN_COMMON, bouncyCastles(AlertDescription.handshake_failure)),
                arguments(Reason.NOTHING_IN_COMMON, thrown("(protocol_version) Client requested TLS 1.1")),
                arguments(Reason.NOTHING_IN_COMMON,
                        thrown("(handshake_failure) No available authentication scheme")),
                arguments(Reason.REFUSED_BY_PEER, thrown("Received fatal alert: certificate_unknown")));
    }

    @ParameterizedTest
    @MethodSource("onAServer")
    void aServerIsToldTheReason(Reason reason, SSLException thrown) {
        assertSame(reason, FailureText.of(thrown, false, "the client").reason());
    }

    static Stream<Arguments> alerts() {
        return Stream.of(arguments("certificate_required", "it wants another certificate of this end"),
                arguments("unknown_ca", "it does not trust this end's certificate"),
                arguments("certificate_expired", "this end's certificate has expired"),
                arguments("protocol_version", "no TLS version, cipher suite or certificate in common"),
                arguments("unrecognized_name", "it does not know the name that was asked for"));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertIsToldWithWhatToDo(String alert, String hint) {
        TlsException told = FailureText.of(thrown("Received fatal alert: " + alert), true, "a:1");
        assertTrue(told.getMessage().startsWith("a:1 refused the TLS handshake: "), told.getMessage());
        assertTrue(told.getMessage().contains(hint), told.getMessage());
        TlsException bouncyCastles =
                FailureText.of(thrown("x", new TlsFatalAlertReceived(code(alert))), true, "a:1");
        assertTrue(bouncyCastles.getMessage().contains(hint), bouncyCastles.getMessage());
    }

    private static short code(String alert) {
        return (short) IntStream.range(0, 256)
                .filter(code -> AlertDescription.getName((short) code).equals(alert))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatWasToldAlreadyIsNotToldAnew() {
        TlsException known = new TlsException(Reason.PIN_MISMATCH, "told");
        assertSame(known, FailureText.of(known, true, "a"));
        assertSame(known, FailureText.of(thrown("x", known), true, "a"));
    }

    @ParameterizedTest
    @EnumSource
    void whatStrangersSendToAPortFillsNoLog(Reason reason) {
        boolean forOperators = switch (reason) {
            case NOTHING_IN_COMMON, CERTIFICATE_MISSING, UNTRUSTED, EXPIRED, NAME_MISMATCH, PIN_MISMATCH ->
                true;
            case NOT_TLS, TIMED_OUT, TRUNCATED, REFUSED_BY_PEER, PROTOCOL -> false;
        };
        assertEquals(forOperators ? System.Logger.Level.INFO : System.Logger.Level.DEBUG,
                FailureText.level(new TlsException(reason, "")));
    }
}
