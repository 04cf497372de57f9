package io.duplex.internal.handshake;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The value of {@code Sec-WebSocket-Key} and what it is answered with (RFC 6455 section 1.3). The pair proves
 * that the server understood the handshake and that no cache answered in its place; it keeps nothing secret.
 */
public final class HandshakeKey {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int NONCE_BYTES = 16;
    /**
     * 22 characters carry 132 bits. RFC 4648 section 3.5 lets a decoder insist that the last 4 are zero; we
     * do not, because the example key of RFC 6455 section 4.1 itself, AQIDBAUGBwgJCgsMDQ4PEC==, has some of
     * them set.
     */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

    /**
     * Each hash is made with a copy. Looking up SHA-1 leaves objects in the current thread, 160 bytes for as
     * long as the thread lives, and a virtual thread lives as long as its connection.
     */
    private static final MessageDigest SHA_1 = sha1();

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
        byte[] hash = copyOfSha1().digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
        return Base64.getEncoder().encodeToString(hash);
    }

    /**
     * Returns whether this is 16 bytes in base64 (RFC 6455 section 4.2.1, item 5).
     *
     * @param key what a client sent
     * @return true for a key
     */
    public static boolean isValid(String key) {
        return KEY.matcher(key).matches();
    }

    private static MessageDigest copyOfSha1() {
        try {
            return (MessageDigest) SHA_1.clone();
        } catch (CloneNotSupportedException e) {
            return sha1();
        }
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-1, which every Java platform must have", e);
        }
    }
}
