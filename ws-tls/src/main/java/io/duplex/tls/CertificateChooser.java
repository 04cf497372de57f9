package io.duplex.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses the local certificate: on a server by the name that the client asks for (SNI, RFC 6066 section 3),
 * and the first one if no name matches; on a client by the authorities that the server names. The choice is
 * the same with each provider. An alias is an index.
 */
final class CertificateChooser extends X509ExtendedKeyManager {
    private final List<Identity> identities;

    CertificateChooser(List<Identity> identities) {
        this.identities = List.copyOf(identities);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        Optional<String> asked = askedName(engine);
        List<Identity> named = asked.isEmpty()
                ? List.of()
                : identities.stream().filter(identity -> isFor(identity, asked.get())).toList();
        // A certificate for the name wins even if its key type does not fit.
        List<Identity> candidates = named.isEmpty() ? identities : named;
        return candidates.stream()
                .filter(identity -> hasKeyType(identity, keyType))
                .findFirst()
                .map(identity -> Integer.toString(identities.indexOf(identity)))
                .orElse(null);
    }

    private static Optional<String> askedName(SSLEngine engine) {
        if (engine == null || !(engine.getHandshakeSession() instanceof ExtendedSSLSession session)) {
            return Optional.empty();
        }
        for (SNIServerName name : session.getRequestedServerNames()) {
            if (name.getType() == StandardConstants.SNI_HOST_NAME) {
                return Optional.of(new SNIHostName(name.getEncoded()).getAsciiName());
            }
        }
        return Optional.empty();
    }

    private static boolean isFor(Identity identity, String name) {
        return HostNames.dnsNames(identity.certificate())
                .stream()
                .anyMatch(pattern -> HostNames.matches(pattern, name));
    }

    /**
     * The JDK uses {@code EC}; Bouncy Castle {@code EC/secp256r1} in TLS 1.3 and {@code ECDHE_ECDSA} in TLS
     * 1.2.
     */
    private static boolean hasKeyType(Identity identity, String keyType) {
        PublicKey key = identity.certificate().getPublicKey();
        int curve = keyType.indexOf('/');
        String wanted = switch (curve < 0 ? keyType : keyType.substring(0, curve)) {
            case "ECDHE_ECDSA" -> "EC";
            case "ECDHE_RSA" -> "RSA";
            case "Ed25519", "Ed448" -> "EdDSA";
            case String other -> other;
        };
        return key.getAlgorithm().equals(wanted) && (curve < 0 || isOn(key, keyType.substring(curve + 1)));
    }

    private static boolean isOn(PublicKey key, String curve) {
        return key instanceof ECPublicKey ec
                && curve.equals("secp" + ec.getParams().getCurve().getField().getFieldSize() + "r1");
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return Arrays.stream(keyTypes)
                .flatMap(keyType -> IntStream.range(0, identities.size())
                        .filter(i -> hasKeyType(identities.get(i), keyType)
                                && isFromOneOf(identities.get(i), issuers))
                        .mapToObj(Integer::toString))
                .findFirst()
                .orElse(null);
    }

    private static boolean isFromOneOf(Identity identity, Principal[] issuers) {
        if (issuers == null || issuers.length == 0) {
            return true;
        }
        List<Principal> named = Arrays.asList(issuers);
        return identity.chain().stream().anyMatch(c -> named.contains(c.getIssuerX500Principal()));
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identities.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identities.get(Integer.parseInt(alias)).key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return aliases(keyType);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return aliases(keyType);
    }

    private String[] aliases(String keyType) {
        return IntStream.range(0, identities.size())
                .filter(i -> hasKeyType(identities.get(i), keyType))
                .mapToObj(Integer::toString)
                .toArray(String[]::new);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }
}
