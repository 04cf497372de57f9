package io.duplex.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;

/**
 * Whether a private key belongs to a certificate: something signed with the one is verified with the other.
 */
final class KeyMatch {
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA",
                    "EdDSA", "EdDSA", "Ed25519", "Ed25519", "Ed448", "Ed448");
    private static final byte[] SAMPLE = { 1, 2, 3 };

    private KeyMatch() {}

    /**
     * Checks an identity.
     *
     * @param where it comes from, for the message
     * @throws IOException if the key is another one's
     */
    static void require(Identity identity, String where) throws IOException {
        if (!matches(identity.key(), identity.certificate().getPublicKey())) {
            throw new IOException("the private key does not belong to the first certificate ("
                    + identity.certificate().getSubjectX500Principal() + ") of " + where);
        }
    }

    private static boolean matches(PrivateKey key, PublicKey other) {
        String algorithm = SIGNATURES.get(key.getAlgorithm());
        if (algorithm == null) {
            // A kind of key that is not known here: TLS itself will find out.
            return true;
        }
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(SAMPLE);
            byte[] signature = signer.sign();
            signer.initVerify(other);
            signer.update(SAMPLE);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
