package io.duplex.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A key and the certificates that say whose it is.
 *
 * @param key   the private key
 * @param chain its certificate first, then those that vouch for it
 */
record Identity(PrivateKey key, List<X509Certificate> chain) {
    Identity {
        chain = List.copyOf(chain);
    }

    X509Certificate certificate() {
        return chain.getFirst();
    }

    /** The key stays out of logs. */
    @Override
    public String toString() {
        return "Identity[" + certificate().getSubjectX500Principal() + ']';
    }
}
