package io.duplex.tls;

import io.duplex.tls.TlsException.Reason;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Set;

/**
 * Pinned keys: the only keys that a client accepts, in addition to the check by authorities. A pin is
 * {@code sha256/} and the base64 of the SHA-256 of the certificate's SubjectPublicKeyInfo. Only the peer's
 * own certificate counts, because the peer may send any certificates after it.
 */
final class Pins {
    private static final String PREFIX = "sha256/";
    private static final int DIGEST_BYTES = 32;

    private Pins() {}

    static String of(X509Certificate certificate) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded());
            return PREFIX + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    static void requireValid(String pin) {
        boolean valid = pin.startsWith(PREFIX);
        try {
            valid = valid
                    && Base64.getDecoder().decode(pin.substring(PREFIX.length())).length == DIGEST_BYTES;
        } catch (IllegalArgumentException e) {
            valid = false;
        }
        if (!valid) {
            throw new IllegalArgumentException(
                    "expected a pin as sha256/ and the base64 of 32 bytes, not \"" + pin + '"');
        }
    }

    static void check(X509Certificate certificate, Set<String> pins, String peer) throws TlsException {
        String key = of(certificate);
        if (!pins.contains(key)) {
            throw new TlsException(Reason.PIN_MISMATCH,
                    "expected " + peer + " to have one of the pinned keys, but it has " + key);
        }
    }
}
