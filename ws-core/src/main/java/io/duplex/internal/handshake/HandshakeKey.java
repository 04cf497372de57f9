package io.duplex.internal.handshake;

import io.duplex.internal.pool.Pool;
import io.duplex.internal.pool.Poolable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The value of {@code Sec-WebSocket-Key} and what it is answered with (RFC 6455 section 1.3). The pair proves
 * that the server understood the handshake and that no cache answered in its place; it keeps nothing secret.
 */
public final class HandshakeKey {
    private static final byte[] GUID =
            "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(StandardCharsets.ISO_8859_1);
    private static final int NONCE_BYTES = 16;
    /**
     * 22 characters carry 132 bits. RFC 4648 section 3.5 lets a decoder insist that the last 4 are zero; we
     * do not, because the example key of RFC 6455 section 4.1 itself, AQIDBAUGBwgJCgsMDQ4PEC==, has some of
     * them set.
     */
    private static final int KEY_DIGITS = 22;

    /**
     * As many as threads may hash at once; a hash takes less than a microsecond. A digest for each thread
     * would live as long as a virtual thread, which is as long as its connection.
     */
    private static final Pool<Digest> DIGESTS = new Pool<>(16, Digest::new);

    private HandshakeKey() {}

    /**
     * A key for one handshake: 16 random bytes in base64.
     *
     * @param random where the bytes come from
     * @return 24 characters
     */
    public static String generate(SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }

    /**
     * The value of {@code Sec-WebSocket-Accept} that answers a key (RFC 6455 section 4.2.2, item 5.4).
     *
     * @param key the key as it was sent
     * @return 28 characters
     */
    public static String accept(String key) {
        Digest digest = DIGESTS.borrow(key);
        digest.sha1.update(key.getBytes(StandardCharsets.ISO_8859_1));
        String accept = Base64.getEncoder().encodeToString(digest.sha1.digest(GUID));
        DIGESTS.giveBack(digest, key);
        return accept;
    }

    /**
     * Returns whether this is 16 bytes in base64 (RFC 6455 section 4.2.1, item 5).
     *
     * @param key what a client sent
     * @return true for a key
     */
    public static boolean isValid(String key) {
        if (key.length() != KEY_DIGITS + 2 || !key.endsWith("==")) {
            return false;
        }
        for (int i = 0; i < KEY_DIGITS; i++) {
            char c = key.charAt(i);
            boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            if (!letter && (c < '0' || c > '9') && c != '+' && c != '/') {
                return false;
            }
        }
        return true;
    }

    private static final class Digest extends Poolable {
        private final MessageDigest sha1;

        Digest() {
            try {
                sha1 = MessageDigest.getInstance("SHA-1");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this JDK has no SHA-1, which every Java platform must have",
                        e);
            }
        }

        @Override
        protected void renew() {
            sha1.reset();
        }
    }
}
