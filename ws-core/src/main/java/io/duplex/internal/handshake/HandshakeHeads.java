package io.duplex.internal.handshake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpStatus;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
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
        Encoder out = new Encoder();
        out.add((char) ('0' + request.version().ordinal()));
        out.add(request.method());
        out.add(' ');
        out.add(request.target());
        out.add(END);
        out.add(request.headers());
        out.add((char) ('0' + response.version().ordinal()));
        out.add(Integer.toString(response.status()));
        if (!response.reason().equals(HttpStatus.reason(response.status()))) {
            out.add(' ');
            out.add(response.reason());
        }
        out.add(END);
        out.add(response.headers());
        return new HandshakeHeads(Arrays.copyOf(out.bytes, out.length));
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

    private static final class Encoder {
        private byte[] bytes = new byte[512];
        private int length;

        void add(HttpHeaders headers) {
            for (HttpHeaders.Field field : headers) {
                add(field);
            }
            add(END);
        }

        private void add(HttpHeaders.Field field) {
            Integer name = NAME_CODES.get(field.name());
            if (name == null) {
                add(field.name());
                add(':');
            } else {
                int line = LINES.indexOf(field);
                if (line >= 0) {
                    add((char) (FIRST_LINE + line));
                    return;
                }
                if (field.name().equals(HandshakeFields.ACCEPT) && addHash(field.value())) {
                    return;
                }
                add((char) (FIRST_NAME + name));
            }
            add(field.value());
            add(END);
        }

        /** Returns false if the text is not 20 bytes in base64, in the canonical form. */
        private boolean addHash(String text) {
            if (text.length() != HASH_CHARS) {
                return false;
            }
            try {
                byte[] hash = Base64.getDecoder().decode(text);
                if (hash.length != HASH_BYTES || !Base64.getEncoder().encodeToString(hash).equals(text)) {
                    return false;
                }
                add((char) HASH);
                ensureRoom(HASH_BYTES);
                System.arraycopy(hash, 0, bytes, length, HASH_BYTES);
                length += HASH_BYTES;
                return true;
            } catch (IllegalArgumentException notBase64) {
                return false;
            }
        }

        /** Adds text of ISO-8859-1. */
        void add(String text) {
            ensureRoom(text.length());
            for (int i = 0; i < text.length(); i++) {
                bytes[length++] = (byte) text.charAt(i);
            }
        }

        void add(char c) {
            ensureRoom(1);
            bytes[length++] = (byte) c;
        }

        private void ensureRoom(int count) {
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
            }
        }
    }

    private static final class Decoder {
        private final byte[] bytes;
        private int position;

        Decoder(byte[] bytes) {
            this.bytes = bytes;
        }

        HttpVersion version() {
            return HttpVersion.values()[bytes[position++] - '0'];
        }

        String line() {
            int from = position;
            while (bytes[position] != END) {
                position++;
            }
            return new String(bytes, from, position++ - from, ISO_8859_1);
        }

        HttpHeaders headers() {
            HttpHeaders.Builder headers = HttpHeaders.builder();
            while (bytes[position] != END) {
                int code = bytes[position] & 0xFF;
                if (code < FIRST_NAME) {
                    String[] parts = line().split(":", 2);
                    headers.add(parts[0], parts[1]);
                    continue;
                }
                position++;
                if (code == HASH) {
                    byte[] hash = Arrays.copyOfRange(bytes, position, position + HASH_BYTES);
                    position += HASH_BYTES;
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
