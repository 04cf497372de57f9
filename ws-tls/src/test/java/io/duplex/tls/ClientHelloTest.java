package io.duplex.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a client offers, read from its first message (RFC 8446 section 4.1.2), is what the table in
 * docs/tls.md says; its order counts.
 */
class ClientHelloTest {
    /** The table is about this JDK; others offer a little more or less. */
    private static final int DOCUMENTED = 25;
    private static final int SUPPORTED_GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int KEY_SHARE = 51;

    /** The names of the registries of IANA, as far as one of the two offers them. */
    private static final Map<Integer, String> GROUPS = Map.ofEntries(Map.entry(29, "x25519"),
            Map.entry(30, "x448"), Map.entry(23, "secp256r1"), Map.entry(24, "secp384r1"),
            Map.entry(25, "secp521r1"), Map.entry(256, "ffdhe2048"), Map.entry(257, "ffdhe3072"),
            Map.entry(258, "ffdhe4096"), Map.entry(259, "ffdhe6144"), Map.entry(260, "ffdhe8192"),
            Map.entry(4588, "X25519MLKEM768"), Map.entry(4587, "SecP256r1MLKEM768"),
            Map.entry(4589, "SecP384r1MLKEM1024"), Map.entry(31, "brainpoolP256r1tls13"),
            Map.entry(32, "brainpoolP384r1tls13"), Map.entry(33, "brainpoolP512r1tls13"));
    private static final Map<Integer, String> SCHEMES = Map.ofEntries(
            Map.entry(0x403, "ecdsa_secp256r1_sha256"),
            Map.entry(0x503, "ecdsa_secp384r1_sha384"), Map.entry(0x603, "ecdsa_secp521r1_sha512"),
            Map.entry(0x807, "ed25519"), Map.entry(0x808, "ed448"), Map.entry(0x804, "rsa_pss_rsae_sha256"),
            Map.entry(0x805, "rsa_pss_rsae_sha384"), Map.entry(0x806, "rsa_pss_rsae_sha512"),
            Map.entry(0x809, "rsa_pss_pss_sha256"), Map.entry(0x80a, "rsa_pss_pss_sha384"),
            Map.entry(0x80b, "rsa_pss_pss_sha512"), Map.entry(0x401, "rsa_pkcs1_sha256"),
            Map.entry(0x501, "rsa_pkcs1_sha384"), Map.entry(0x601, "rsa_pkcs1_sha512"),
            Map.entry(0x402, "dsa_sha256"), Map.entry(0x303, "ecdsa_sha224"),
            Map.entry(0x301, "rsa_sha224"), Map.entry(0x302, "dsa_sha224"), Map.entry(0x203, "ecdsa_sha1"),
            Map.entry(0x201, "rsa_pkcs1_sha1"), Map.entry(0x202, "dsa_sha1"));
    private static final Map<Integer, String> VERSIONS = Map.of(0x304, "TLSv1.3", 0x303, "TLSv1.2");

    /** What a client of this provider sends first: the extensions' contents by their numbers. */
    private static Map<Integer, ByteBuffer> hello(TlsProvider provider) throws Exception {
        SSLEngine engine =
                new Engines(TlsConfig.builder().provider(provider).build()).client(Peers.HOST, 443);
        engine.beginHandshake();
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        hello.flip().position(RecordHeader.BYTES + 4 + 2 + 32);
        skip(hello, hello.get() & 0xff);
        skip(hello, hello.getShort() & 0xffff);
        skip(hello, hello.get() & 0xff);
        hello.getShort();
        Map<Integer, ByteBuffer> extensions = new TreeMap<>();
        while (hello.hasRemaining()) {
            int type = hello.getShort() & 0xffff;
            int length = hello.getShort() & 0xffff;
            extensions.put(type, hello.slice(hello.position(), length));
            skip(hello, length);
        }
        return extensions;
    }

    private static void skip(ByteBuffer buffer, int count) {
        buffer.position(buffer.position() + count);
    }

    private static String names(ByteBuffer list, Map<Integer, String> names) {
        List<String> found = new ArrayList<>();
        while (list.remaining() > 1) {
            int number = list.getShort() & 0xffff;
            found.add(names.getOrDefault(number, "0x" + Integer.toHexString(number)));
        }
        return String.join(", ", found);
    }

    private static String offered(Map<Integer, ByteBuffer> hello, String extension) {
        return switch (extension) {
            case "supported_versions" -> names(behind(hello.get(SUPPORTED_VERSIONS), 1), VERSIONS);
            case "supported_groups" -> names(behind(hello.get(SUPPORTED_GROUPS), 2), GROUPS);
            case "key_share" -> shares(behind(hello.get(KEY_SHARE), 2));
            case "signature_algorithms" -> names(behind(hello.get(SIGNATURE_ALGORITHMS), 2), SCHEMES);
            default -> throw new AssertionError("no such row: " + extension);
        };
    }

    private static ByteBuffer behind(ByteBuffer list, int lengthBytes) {
        return list.position(lengthBytes);
    }

    private static String shares(ByteBuffer list) {
        List<String> found = new ArrayList<>();
        while (list.hasRemaining()) {
            found.add(GROUPS.get(list.getShort() & 0xffff));
            skip(list, list.getShort());
        }
        return String.join(", ", found);
    }

    /** The rows of the table, whose first cell is the name of an extension. */
    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(Path.of("../docs/tls.md"))
                .stream()
                .filter(line -> line.matches("\\| `[a-z]+_[a-z]+` \\|.*"))
                .map(line -> Arrays.stream(line.split("\\|"))
                        .skip(1)
                        .map(cell -> cell.strip().replace("`", ""))
                        .toList())
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void whatAClientOffersIsWhatThePageSays(TlsProvider provider) throws Exception {
        Map<Integer, ByteBuffer> hello = hello(provider);
        List<List<String>> rows = rows();
        assertEquals(List.of("supported_versions", "supported_groups", "key_share", "signature_algorithms"),
                rows.stream().map(List::getFirst).toList());
        for (List<String> row : rows) {
            String offered = offered(hello, row.getFirst());
            if (Runtime.version().feature() == DOCUMENTED) {
                assertEquals(row.get(1 + provider.ordinal()), offered, row.getFirst());
            } else {
                assertTrue(offered.matches("TLSv1.3, TLSv1.2|.*x25519.*|.*ecdsa_secp256r1_sha256.*"),
                        offered);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void http11IsOfferedAndNothingElse(TlsProvider provider) throws Exception {
        assertEquals("\u0000\u0009\u0008http/1.1",
                StandardCharsets.ISO_8859_1.decode(hello(provider).get(ALPN)).toString());
    }
}
