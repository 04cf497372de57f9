package io.duplex.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * A private key and its certificates.
 *
 * @param key   the private key
 * @param chain its certificate first, then those of the authorities that issued it
 */
record Identity(PrivateKey key, List<X509Certificate> chain) {
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA",
                    "EdDSA", "EdDSA", "Ed25519", "Ed25519", "Ed448", "Ed448");
    private static final byte[] SAMPLE = { 1, 2, 3 };

    Identity {
        chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    /**
     * Checks that the key belongs to the certificate: the one verifies what the other has signed.
     *
     * @param where the source of both, for the message
     * @throws IOException if the key belongs to another certificate
     */
    void requireMatch(String where) throws IOException {
        if (!matches(key, certificate().getPublicKey())) {
            throw new IOException("the private key does not belong to the first certificate ("
                    + certificate().getSubjectX500Principal() + ") of " + where);
        }
    }

    private static boolean matches(PrivateKey key, PublicKey other) {
        String algorithm = SIGNATURES.get(key.getAlgorithm());
        if (algorithm == null) {
            // An algorithm that is unknown here: TLS itself will find out.
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

    /** Keeps the key out of logs. */
    @Override
    public String toString() {
        return "Identity[" + certificate().getSubjectX500Principal() + ']';
    }
}
