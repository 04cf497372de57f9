package io.duplex.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A generated certificate for development, signed by its own key. No client trusts it unless configured to;
 * a person recognizes it by its {@link #fingerprint}. Immutable.
 */
public final class SelfSigned {
    private static final Duration VALIDITY = Duration.ofDays(90);
    /** The certificate starts to be valid this much earlier, because clocks differ. */
    private static final Duration LEEWAY = Duration.ofHours(1);
    private static final int SERIAL_BITS = 120;

    private final Identity identity;

    private SelfSigned(Identity identity) {
        this.identity = identity;
    }

    /**
     * Makes a key (P-256) and a certificate for it, valid for 90 days.
     *
     * @param names host names and literal addresses; the first is also the name of the subject
     * @return a new certificate
     * @throws IllegalArgumentException if there is no name
     */
    public static SelfSigned of(String... names) {
        Instant now = Instant.now();
        return of(now.minus(LEEWAY), now.plus(VALIDITY), names);
    }

    /**
     * Makes a key and a certificate as {@link #of(String...)} does, with the given validity.
     *
     * @param from  the start of the validity
     * @param to    the end of the validity
     * @param names host names and literal addresses
     * @return a new certificate
     * @throws IllegalArgumentException if there is no name
     */
    public static SelfSigned of(Instant from, Instant to, String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("a certificate needs a name");
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            X509Certificate certificate = sign(pair, from, to, names);
            return new SelfSigned(new Identity(pair.getPrivate(), List.of(certificate)));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("this Java cannot make a certificate: " + e.getMessage(), e);
        }
    }

    private static X509Certificate sign(KeyPair pair, Instant from, Instant to, String... names)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        var subject = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, names[0]).build();
        var builder =
                new JcaX509v3CertificateBuilder(subject, new BigInteger(SERIAL_BITS, new SecureRandom()),
                        Date.from(from), Date.from(to), subject, pair.getPublic());
        builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(
                new KeyPurposeId[] { KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth }));
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static GeneralNames alternativeNames(String... names) {
        return new GeneralNames(Arrays.stream(names)
                .map(name -> new GeneralName(
                        HostNames.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    Identity identity() {
        return identity;
    }

    /**
     * Returns the certificate, for peers that shall trust it.
     *
     * @return the certificate
     */
    public X509Certificate certificate() {
        return identity.certificate();
    }

    /**
     * Returns the SHA-256 fingerprint of this certificate, as browsers show it.
     *
     * @return 32 bytes in hexadecimal, with colons
     */
    public String fingerprint() {
        return fingerprint(certificate());
    }

    /**
     * Returns the SHA-256 fingerprint of any certificate.
     *
     * @param certificate the certificate
     * @return 32 bytes in hexadecimal, with colons
     */
    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate without a fingerprint: " + e.getMessage(), e);
        }
    }
}
