package io.duplex.internal.handshake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpStatus;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The two heads of an opening handshake in compact form. A connection holds them for its lifetime and rarely
 * needs them, so they are encoded once, without intermediate objects, and decoded on each request. They may
 * contain secrets: nothing of them is shared with other connections. Immutable, thread-safe.
 *
 * <p>Usual field names and some whole lines are one byte each. The hash of the key, in base64 on the wire, is
 * kept as its 20 bytes.
 */
public final class HandshakeHeads {
    /** Field names are ASCII. A line whose first byte is this or higher starts with the code of a name. */
    private static final int FIRST_NAME = 0x80;
    /** From here on a code stands for a whole line, except {@link #HASH}. */
    private static final int FIRST_LINE = 0xC0;
    /** A {@code Sec-WebSocket-Accept} field with the bytes of a SHA-1 hash. */
    private static final int HASH = 0xFF;
    private static final int HASH_BYTES = 20;
    private static final int HASH_CHARS = 28;
    private static final char END = '\n';

    private static final List<String> NAMES = List.of("Host", HandshakeFields.KEY, "Origin", "User-Agent",
            "Accept-Encoding", "Accept-Language", "Accept", "Cookie", "Authorization",
            "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol", HandshakeFields.ACCEPT, "Cache-Control",
            "Pragma", "Connection", "Upgrade", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Date",
            "Server", HandshakeFields.VERSION);
    private static final Map<String, Integer> NAME_CODES = Map.copyOf(IntStream.range(0, NAMES.size())
            .boxed()
            .collect(Collectors.toMap(NAMES::get, Function.identity())));
    /** Each has a name of {@link #NAMES}. */
    private static final List<HttpHeaders.Field> LINES = List.of(line("Upgrade", "websocket"),
            line("Connection", "Upgrade"), line("Connection", "keep-alive, Upgrade"),
            line(HandshakeFields.VERSION, "13"), line("Pragma", "no-cache"),
            line("Cache-Control", "no-cache"));

    private final byte[] encoded;

    private HandshakeHeads(byte[] encoded) {
        this.encoded = encoded;
    }

    private static HttpHeaders.Field line(String name, String value) {
        return new HttpHeaders.Field(name, value);
    }

    /**
     * Encodes the heads of a handshake, correct or not.
     *
     * @param request the client's head
     * @param response the server's head
     * @return the heads in compact form
     */
    public static HandshakeHeads of(RequestHead request, ResponseHead response) {
        StringBuilder out = new StringBuilder(512);
        out.append(request.version().ordinal()).append(request.method()).append(' ').append(request.target());
        append(out.append(END), request.headers());
        out.append(response.version().ordinal()).append(response.status());
        if (!response.reason().equals(HttpStatus.reason(response.status()))) {
            out.append(' ').append(response.reason());
        }
        append(out.append(END), response.headers());
        return new HandshakeHeads(out.toString().getBytes(ISO_8859_1));
    }

    private static void append(StringBuilder out, HttpHeaders headers) {
        for (HttpHeaders.Field field : headers) {
            Integer name = NAME_CODES.get(field.name());
            if (name == null) {
                out.append(field.name()).append(':').append(field.value()).append(END);
                continue;
            }
            int line = LINES.indexOf(field);
            Optional<String> hash = hash(field);
            if (line >= 0) {
                out.append((char) (FIRST_LINE + line));
            } else if (hash.isPresent()) {
                out.append((char) HASH).append(hash.get());
            } else {
                out.append((char) (FIRST_NAME + name)).append(field.value()).append(END);
            }
        }
        out.append(END);
    }

    /** Returns the hash with one character per byte, if the value is its canonical base64. */
    private static Optional<String> hash(HttpHeaders.Field field) {
        String base64 = field.value();
        if (!field.name().equals(HandshakeFields.ACCEPT) || base64.length() != HASH_CHARS) {
            return Optional.empty();
        }
        try {
            byte[] hash = Base64.getDecoder().decode(base64);
            return hash.length == HASH_BYTES && Base64.getEncoder().encodeToString(hash).equals(base64)
                    ? Optional.of(new String(hash, ISO_8859_1))
                    : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /**
     * Decodes the client's head.
     *
     * @return a new head, equal to the original
     */
    public RequestHead request() {
        Decoder in = new Decoder(encoded);
        HttpVersion version = in.version();
        String[] start = in.line().split(" ", 2);
        return new RequestHead(start[0], start[1], version, in.headers());
    }

    /**
     * Decodes the server's head.
     *
     * @return a new head, equal to the original
     */
    public ResponseHead response() {
        Decoder in = new Decoder(encoded);
        in.line();
        in.headers();
        HttpVersion version = in.version();
        String[] start = in.line().split(" ", 2);
        int status = Integer.parseInt(start[0]);
        return new ResponseHead(status, start.length > 1 ? start[1] : HttpStatus.reason(status), version,
                in.headers());
    }

    private static final class Decoder {
        private final String text;
        private int position;

        Decoder(byte[] encoded) {
            this.text = new String(encoded, ISO_8859_1);
        }

        HttpVersion version() {
            return HttpVersion.values()[take(1).charAt(0) - '0'];
        }

        private String take(int count) {
            position += count;
            return text.substring(position - count, position);
        }

        String line() {
            String line = take(text.indexOf(END, position) - position);
            position++;
            return line;
        }

        HttpHeaders headers() {
            HttpHeaders.Builder headers = HttpHeaders.builder();
            for (char code = text.charAt(position); code != END; code = text.charAt(position)) {
                if (code < FIRST_NAME) {
                    String[] parts = line().split(":", 2);
                    headers.add(parts[0], parts[1]);
                    continue;
                }
                position++;
                if (code == HASH) {
                    byte[] hash = take(HASH_BYTES).getBytes(ISO_8859_1);
                    headers.add(HandshakeFields.ACCEPT, Base64.getEncoder().encodeToString(hash));
                } else if (code >= FIRST_LINE) {
                    HttpHeaders.Field line = LINES.get(code - FIRST_LINE);
                    headers.add(line.name(), line.value());
                } else {
                    headers.add(NAMES.get(code - FIRST_NAME), line());
                }
            }
            position++;
            return headers.build();
        }
    }
}
