package io.duplex.internal.handshake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpStatus;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
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
 * <p>Usual field names and some whole lines are one byte each.
 */
public final class HandshakeHeads {
    /** Field names are ASCII. A line whose first byte is this or higher starts with the code of a name. */
    private static final int FIRST_NAME = 0x80;
    /** From here on a code stands for a whole line. */
    private static final int FIRST_LINE = 0xC0;
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
        Encoder size = new Encoder(null);
        size.heads(request, response);
        Encoder out = new Encoder(new byte[size.position]);
        out.heads(request, response);
        return new HandshakeHeads(out.bytes);
    }

    /** Writes the heads, or only measures them if there is no array. */
    private static final class Encoder {
        private final byte[] bytes;
        private int position;

        Encoder(byte[] bytes) {
            this.bytes = bytes;
        }

        void heads(RequestHead request, ResponseHead response) {
            put('0' + request.version().ordinal());
            put(request.method());
            put(' ');
            put(request.target());
            put(END);
            headers(request.headers());
            put('0' + response.version().ordinal());
            for (int digit = 100; digit > 0; digit /= 10) {
                put('0' + response.status() / digit % 10);
            }
            if (!response.reason().equals(HttpStatus.reason(response.status()))) {
                put(' ');
                put(response.reason());
            }
            put(END);
            headers(response.headers());
        }

        private void headers(HttpHeaders headers) {
            for (HttpHeaders.Field field : headers) {
                Integer name = NAME_CODES.get(field.name());
                int line = name == null ? -1 : LINES.indexOf(field);
                if (line >= 0) {
                    put(FIRST_LINE + line);
                    continue;
                }
                if (name == null) {
                    put(field.name());
                    put(':');
                } else {
                    put(FIRST_NAME + name);
                }
                put(field.value());
                put(END);
            }
            put(END);
        }

        private void put(String text) {
            for (int i = 0; bytes != null && i < text.length(); i++) {
                bytes[position + i] = (byte) text.charAt(i);
            }
            position += text.length();
        }

        private void put(int value) {
            if (bytes != null) {
                bytes[position] = (byte) value;
            }
            position++;
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
                if (code >= FIRST_LINE) {
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
