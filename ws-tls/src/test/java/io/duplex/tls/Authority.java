package io.duplex.tls;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority for tests, which vouches for RSA keys. */
final class Authority {
    private static final X500Name NAME = new X500Name("CN=Test Authority");

    private final KeyPair pair = newPair();
    private final X509Certificate certificate =
            issue(NAME, pair, Instant.now().plus(9, ChronoUnit.DAYS), List.of());

    X509Certificate certificate() {
        return certificate;
    }

    /** An identity whose certificate ends to be valid then. */
    Identity identity(Instant end, String name) {
        KeyPair own = newPair();
        return new Identity(own.getPrivate(),
                List.of(issue(new X500Name("CN=" + name), own, end, List.of(name))));
    }

    private X509Certificate issue(X500Name subject, KeyPair own, Instant end, List<String> names) {
        try {
            var builder = new JcaX509v3CertificateBuilder(NAME, BigInteger.valueOf(System.nanoTime()),
                    Date.from(Instant.now().minus(9, ChronoUnit.DAYS)), Date.from(end), subject,
                    own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(names.isEmpty()));
            if (!names.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, names.getFirst())));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder
                            .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
