package io.duplex.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;

/**
 * Reads what a provider has thrown: the alert (RFC 8446 section 6.2) and the types in the chain of causes.
 * Bouncy Castle's exceptions carry the code of their alert; the JDK's have it in the message only. This class
 * is the one place that depends on messages: {@code ProviderFailureTest} provokes them with the real
 * providers, so a version that words them differently fails a test.
 *
 * @param chain the exception and its causes, outermost first
 */
record ProviderFailure(List<Throwable> chain) {
    /** The JDK's message for an alert of the peer. */
    private static final Pattern RECEIVED = Pattern.compile("Received fatal alert: ([a-z_]+)");
    /** The JDK's prefix for an alert that it sends, since JDK 22. */
    private static final Pattern SENT = Pattern.compile("^\\(([a-z_]+)\\) ");
    /** What both providers say of a certificate for another name. It is a CertificateException as others. */
    private static final Pattern OTHER_NAME =
            Pattern.compile("No (subject alternative|name (found )?matching)");
    /** The JDK's server in TLS 1.2, whose alert is handshake_failure. */
    private static final Pattern NO_CLIENT_CERTIFICATE = Pattern.compile("Empty client certificate chain");
    /** The JDK, where the failure precedes the first message; and JDK 21, whose messages name no alert. */
    private static final Pattern NOTHING_IN_COMMON = Pattern.compile(
            "No appropriate protocol|in common|not (accepted|supported) by|is not enabled or supported"
                    + "|No available authentication scheme");

    /** Codes by the names that both the JDK and RFC 8446 use. */
    private static final Map<String, Short> CODES = IntStream.range(0, 1 << Byte.SIZE)
            .mapToObj(code -> (short) code)
            .filter(code -> !AlertDescription.getName(code).equals("UNKNOWN"))
            .collect(Collectors.toMap(AlertDescription::getName, Function.identity()));

    /**
     * An alert.
     *
     * @param received true if the peer sent it, false if it is ours
     * @param code     its description (RFC 8446 section 6); -1 for an unknown name
     */
    record Alert(boolean received, short code) {
        private static Alert of(boolean received, String name) {
            return new Alert(received, CODES.getOrDefault(name, (short) -1));
        }
    }

    static ProviderFailure of(SSLException thrown) {
        return new ProviderFailure(Stream.<Throwable>iterate(thrown, at -> at != null, Throwable::getCause)
                .toList());
    }

    /** The first exception of a type. */
    <T extends Throwable> Optional<T> find(Class<T> type) {
        return chain.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    /** The alert that was sent or received; empty if the exception names none. */
    Optional<Alert> alert() {
        return chain.stream().flatMap(at -> alert(at).stream()).findFirst();
    }

    private static Optional<Alert> alert(Throwable at) {
        return switch (at) {
            case TlsFatalAlertReceived bc -> Optional.of(new Alert(true, bc.getAlertDescription()));
            case TlsFatalAlert bc -> Optional.of(new Alert(false, bc.getAlertDescription()));
            case SSLException jdk -> {
                String message = String.valueOf(jdk.getMessage());
                Matcher received = RECEIVED.matcher(message);
                Matcher sent = SENT.matcher(message);
                yield received.find()
                        ? Optional.of(Alert.of(true, received.group(1)))
                        : sent.find() ? Optional.of(Alert.of(false, sent.group(1))) : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    /** The exception that says that the certificate is for another name. */
    Optional<CertificateException> otherName() {
        return chain.stream()
                .filter(CertificateException.class::isInstance)
                .map(CertificateException.class::cast)
                .filter(at -> says(at, OTHER_NAME))
                .findFirst();
    }

    /** The first exception about the peer's certificate, of those that name no type of failure. */
    Optional<Throwable> untrusted() {
        return chain.stream()
                .filter(at -> at instanceof CertPathBuilderException
                        || at instanceof CertPathValidatorException || at instanceof CertificateException)
                .findFirst();
    }

    /** Whether a server missed a client's certificate. */
    boolean isClientCertificateMissing() {
        return isSent(AlertDescription.certificate_required) || isSent(AlertDescription.bad_certificate)
                || chain.stream().anyMatch(at -> says(at, NO_CLIENT_CERTIFICATE));
    }

    /** Whether no version, cipher suite or certificate suits both peers. */
    boolean isNothingInCommon() {
        return isSent(AlertDescription.handshake_failure) || isSent(AlertDescription.protocol_version)
                || isSent(AlertDescription.insufficient_security)
                || chain.stream().anyMatch(at -> says(at, NOTHING_IN_COMMON));
    }

    private boolean isSent(short code) {
        return alert().filter(new Alert(false, code)::equals).isPresent();
    }

    private static boolean says(Throwable at, Pattern text) {
        return at.getMessage() != null && text.matcher(at.getMessage()).find();
    }

    /** The message of the innermost cause, for people. */
    String innermostMessage() {
        return String.valueOf(chain.getLast().getMessage());
    }
}
