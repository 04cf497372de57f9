package io.duplex.internal.handshake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.duplex.http.HttpHeaders;
import io.duplex.http.HttpVersion;
import io.duplex.http.RequestHead;
import io.duplex.http.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The two heads of an opening handshake, kept small: a connection holds them as long as it lives, and is
 * seldom asked for them. They may hold secrets, so no other connection has a part in them and nothing of them
 * outlives the connection. Immutable, thread-safe.
 *
 * <p>They are kept as bytes, with a short code for what most heads have in common: the usual field names,
 * some whole lines, and the proof of the key, which follows from the key. The heads are decoded for each
 * question.
 */
public final class HandshakeHeads {
    /** A field name is ASCII, so a byte from here on at the beginning of a line is a code for a name. */
    private static final int FIRST_NAME = 0x80;
    /** Codes for whole lines, and above them {@link #PROOF}. */
    private static final int FIRST_LINE = 0xC0;
    /** The line that proves that the server has read the key. */
    private static final int PROOF = 0xFF;
    private static final char END = '\n';

    private static final List<String> NAMES = List.of("Host", HandshakeFields.KEY, "Origin", "User-Agent",
            "Accept-Encoding", "Accept-Language", "Accept", "Cookie", "Authorization",
            "Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol", HandshakeFields.ACCEPT, "Cache-Control",
            "Pragma", "Connection", "Upgrade", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Date",
            "Server");
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
     * Takes the heads of a handshake, correct or not.
     *
     * @param request the client's
     * @param response the server's
     * @return what gives them back
     */
    public static HandshakeHeads of(RequestHead request, ResponseHead response) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        write(out, request.version().ordinal() + request.method() + ' ' + request.target());
        write(out, request.headers(), null);
        write(out, response.version().ordinal() + "" + response.status() + ' ' + response.reason());
        write(out, response.headers(), proof(request));
        return new HandshakeHeads(out.toByteArray());
    }

    private static HttpHeaders.Field proof(RequestHead request) {
        return line(HandshakeFields.ACCEPT,
                HandshakeKey.accept(request.headers().first(HandshakeFields.KEY).orElse("")));
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(ISO_8859_1));
        out.write(END);
    }

    private static void write(ByteArrayOutputStream out, HttpHeaders headers, HttpHeaders.Field proof) {
        for (HttpHeaders.Field field : headers) {
            int line = LINES.indexOf(field);
            int name = NAMES.indexOf(field.name());
            if (field.equals(proof)) {
                out.write(PROOF);
            } else if (line >= 0) {
                out.write(FIRST_LINE + line);
            } else if (name >= 0) {
                out.write(FIRST_NAME + name);
                write(out, field.value());
            } else {
                write(out, field.name() + ':' + field.value());
            }
        }
        out.write(END);
    }

    /**
     * The client's head, as it was.
     *
     * @return an equal one, made for this call
     */
    public RequestHead request() {
        ByteBuffer in = ByteBuffer.wrap(encoded);
        String[] start = start(in);
        return new RequestHead(start[0].substring(1), start[1], version(start), fields(in, null));
    }

    /**
     * The server's head, as it was.
     *
     * @return an equal one, made for this call
     */
    public ResponseHead response() {
        ByteBuffer in = ByteBuffer.wrap(encoded);
        String[] requestStart = start(in);
        RequestHead request = new RequestHead(requestStart[0].substring(1), requestStart[1],
                version(requestStart), fields(in, null));
        String[] start = start(in);
        return new ResponseHead(Integer.parseInt(start[0].substring(1)), start[1], version(start),
                fields(in, proof(request)));
    }

    private static String[] start(ByteBuffer in) {
        return text(in).split(" ", 2);
    }

    private static HttpVersion version(String[] start) {
        return HttpVersion.values()[start[0].charAt(0) - '0'];
    }

    /** @param proof the line for {@link #PROOF}; null in a request, which has none */
    private static HttpHeaders fields(ByteBuffer in, HttpHeaders.Field proof) {
        HttpHeaders.Builder fields = HttpHeaders.builder();
        while (in.get(in.position()) != END) {
            int code = in.get(in.position()) & 0xFF;
            if (code < FIRST_NAME) {
                String[] parts = text(in).split(":", 2);
                fields.add(parts[0], parts[1]);
                continue;
            }
            in.get();
            if (code == PROOF) {
                fields.add(proof.name(), proof.value());
            } else if (code >= FIRST_LINE) {
                fields.add(LINES.get(code - FIRST_LINE).name(), LINES.get(code - FIRST_LINE).value());
            } else {
                fields.add(NAMES.get(code - FIRST_NAME), text(in));
            }
        }
        in.get();
        return fields.build();
    }

    private static String text(ByteBuffer in) {
        int from = in.position();
        while (in.get() != END) {
            // Up to the end of the line.
        }
        return new String(in.array(), from, in.position() - 1 - from, ISO_8859_1);
    }
}
